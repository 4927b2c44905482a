import { makeSecret } from '@lectern/db/access/secrets';
import type { MailKind } from '@lectern/db/jobs/mail';
import type { Store } from '@lectern/db/open';
import {
  findExportToMail,
  findInvitationToMail,
  findPersonToMail,
  setInvitationSecret,
} from '@lectern/db/postgres/mail-recipients';
import { replaceProof } from '@lectern/db/postgres/mailbox-proofs';
import type { Locale } from '@lectern/db/postgres/tables';
import { Cancel } from '@lectern/db/queue/outcomes';
import type { Letter } from './letter.ts';
import { publicAddress } from './public-address.ts';

const hourMs = 60 * 60_000;
const proofLifeMs = { verify_email: 3 * 24 * hourMs, reset_password: hourMs };

/** A mail that somebody waits for. */
export type Plan = {
  readonly to: string;
  readonly locale: Locale;
  /** Whether each writing makes a new one-time link, in place of the one before. */
  readonly hasSecret: boolean;
  write(): Promise<Letter>;
};

type Source = Pick<Store, 'postgres' | 'config'>;

/** Finds whom to write to and about what; undefined when it is no longer of use to anybody. */
export function planMail(
  source: Source,
  { kind, id }: { readonly kind: MailKind; readonly id: string },
): Promise<Plan | undefined> {
  switch (kind) {
    case 'verify_email':
      return planVerification(source, id);
    case 'reset_password':
      return planReset(source, id);
    case 'password_changed':
      return planNotice(source, id);
    case 'invitation':
      return planInvitation(source, id);
    case 'export_ready':
      return planExport(source, id);
  }
}

async function planVerification(source: Source, userId: string): Promise<Plan | undefined> {
  const person = await findPersonToMail(source.postgres, userId);
  if (person === undefined) throw withoutReader('The account was deleted.');
  if (person.email_verified_at !== null) return undefined;
  const { email, locale, time_zone: timeZone } = person;
  return {
    to: email,
    locale,
    hasSecret: true,
    write: async () => {
      const { link, expiresAt } = await proveMailbox(source, { userId, purpose: 'verify_email' });
      return { kind: 'verify_email', email, link, expiresAt, timeZone };
    },
  };
}

async function planReset(source: Source, userId: string): Promise<Plan | undefined> {
  const person = await findPersonToMail(source.postgres, userId);
  // Ends like any other: nobody may learn from a run whether there is such an account.
  if (person === undefined) return undefined;
  const { email, name, locale, time_zone: timeZone } = person;
  return {
    to: email,
    locale,
    hasSecret: true,
    write: async () => {
      const { link, expiresAt } = await proveMailbox(source, { userId, purpose: 'reset_password' });
      return { kind: 'reset_password', name, link, expiresAt, timeZone };
    },
  };
}

async function planNotice({ postgres, config }: Source, userId: string): Promise<Plan> {
  const person = await findPersonToMail(postgres, userId);
  if (person === undefined) throw withoutReader('The account was deleted.');
  const { email, name, locale } = person;
  const link = `${publicAddress(config)}/forgot-password`;
  return planLetter({ to: email, locale }, { kind: 'password_changed', name, link });
}

async function planInvitation({ postgres, config }: Source, id: string): Promise<Plan | undefined> {
  const invitation = await findInvitationToMail(postgres, id);
  if (invitation === undefined) throw withoutReader('The invitation was taken back.');
  if (!invitation.isOpen) return undefined;
  const { email, locale, inviter, title, role, time_zone, expires_at } = invitation;
  return {
    to: email,
    locale,
    hasSecret: true,
    write: async () => {
      const { token, hash } = makeSecret();
      if (!(await setInvitationSecret(postgres, id, hash))) {
        throw withoutReader('The invitation was taken back.');
      }
      return {
        kind: 'invitation',
        inviter: inviter ?? undefined,
        course: title,
        role,
        link: `${publicAddress(config)}/invitation?token=${token}`,
        expiresAt: expires_at,
        timeZone: time_zone,
      };
    },
  };
}

async function planExport({ postgres, config }: Source, id: string): Promise<Plan | undefined> {
  const found = await findExportToMail(postgres, id);
  if (found === undefined) throw withoutReader('The export was deleted.');
  if (found.isExpired) return undefined;
  const { email, name, locale, time_zone: timeZone, expires_at: expiresAt } = found;
  const link = `${publicAddress(config)}/account`;
  const letter: Letter = { kind: 'export_ready', name, link, expiresAt, timeZone };
  return planLetter({ to: email, locale }, letter);
}

function planLetter(reader: Pick<Plan, 'to' | 'locale'>, letter: Letter): Plan {
  return { ...reader, hasSecret: false, write: () => Promise.resolve(letter) };
}

const pages = { verify_email: '/verify-email', reset_password: '/reset-password' };

/** Makes a link that only this mail has; the row that knows it is there before the mail leaves. */
async function proveMailbox(
  { postgres, config }: Source,
  { userId, purpose }: { readonly userId: string; readonly purpose: keyof typeof pages },
): Promise<{ readonly link: string; readonly expiresAt: Date }> {
  const { token, hash } = makeSecret();
  const lifeMs = proofLifeMs[purpose];
  const expiresAt = await replaceProof(postgres, { userId, purpose, tokenHash: hash, lifeMs });
  return { link: `${publicAddress(config)}${pages[purpose]}?token=${token}`, expiresAt };
}

function withoutReader(message: string): Cancel {
  return new Cancel('mail_without_reader', message);
}
