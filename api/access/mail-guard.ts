import { createHash } from 'node:crypto';
import type { Limits } from '@lectern/db/limits/limits';
import { tooManyRequests } from '../plugins/rate-limits.ts';

/** Keeps people from sending others mail without end in our name. */
export type MailGuard = {
  /** Counts a mail to an address; false when it got many lately. */
  mayWriteTo(email: string): Promise<boolean>;
  /** Counts an invitation; throws when the person sent, or the address got, many lately. */
  countInvitation(from: string, to: string): Promise<void>;
};

const hourMs = 3_600_000;
const perRecipient = { most: 10, windowMs: hourMs };
const perInviter = { most: 100, windowMs: hourMs };

export function makeMailGuard({ limits }: { readonly limits: Limits }): MailGuard {
  const countRecipient = (email: string) =>
    limits.take(`mail-to:${hashEmail(email)}`, perRecipient);
  return {
    mayWriteTo: async (email) => (await countRecipient(email)).isAllowed,
    async countInvitation(from, to) {
      const inviter = await limits.take(`invite-by:${from}`, perInviter);
      if (!inviter.isAllowed) throw tooManyRequests(inviter.resetMs);
      const recipient = await countRecipient(to);
      if (!recipient.isAllowed) throw tooManyRequests(recipient.resetMs);
    },
  };
}

/** Keys may be seen by who looks after Redis. */
function hashEmail(email: string): string {
  return createHash('sha256').update(email).digest('hex').slice(0, 32);
}
