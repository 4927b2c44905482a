import { hashSecret } from '@lectern/db/access/secrets';
import type { Author } from '@lectern/db/postgres/audit';
import type { Transaction } from '@lectern/db/postgres/connect';
import { acceptInvitation, type InvitationView } from '@lectern/db/postgres/invitations';
import { notFound, Problem } from '../problems/problem.ts';

/** Accepts, or throws so that nothing of the transaction stays. */
export async function accept(
  tx: Transaction,
  author: Author,
  { token, userId }: { readonly token: string; readonly userId: string },
): Promise<InvitationView> {
  const answer = await acceptInvitation(tx, { tokenHash: hashSecret(token), userId }, author);
  switch (answer.outcome) {
    case 'accepted':
      return answer.invitation;
    case 'used':
      throw gone('invitation_used', 'Log in with the account that accepted it.');
    case 'expired':
      throw gone('invitation_expired', 'Ask whoever invited you to send it again.');
    case 'unknown':
      throw notFound('invitation');
  }
}

function gone(code: string, detail: string): Problem {
  return new Problem({ status: 410, code, detail });
}
