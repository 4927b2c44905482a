import { hashSecret } from '@lectern/db/access/secrets';
import { sendMail } from '@lectern/db/jobs/mail';
import type { Store } from '@lectern/db/open';
import { type Author, writeAudit } from '@lectern/db/postgres/audit';
import type { Transaction } from '@lectern/db/postgres/connect';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { takeProof } from '@lectern/db/postgres/mailbox-proofs';
import { newId } from '@lectern/db/postgres/new-id';
import { endSessions } from '@lectern/db/postgres/sessions';
import { deleteTokens } from '@lectern/db/postgres/tokens';
import {
  findUserByEmail,
  markEmailVerified,
  setPasswordHash,
  type User,
} from '@lectern/db/postgres/users';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.ts';
import { authorOf } from './author.ts';
import { normalizeEmail } from './email.ts';
import { makeMailGuard } from './mail-guard.ts';
import { hashPassword } from './passwords.ts';

// What is done with a link in a mail: it proves who reads the mailbox.

/** Mails a link that verifies the address. */
export async function askToVerify(tx: Transaction, author: Author, userId: string): Promise<void> {
  const meta = { owner: userId, ...(author.requestId !== null && { requestId: author.requestId }) };
  await enqueue(tx, sendMail, { kind: 'verify_email', id: userId }, meta);
}

/** The same mail once more for somebody who is logged in and has not found it. */
export async function askAgainToVerify(
  { postgres, limits }: Pick<Store, 'postgres' | 'limits'>,
  request: FastifyRequest,
  { id, email }: User,
): Promise<void> {
  if (!(await makeMailGuard({ limits }).mayWriteTo(email))) return;
  const author = authorOf(request, id);
  await postgres.transaction().execute((tx) => askToVerify(tx, author, id));
}

/** Does the same whether or not there is such an account: the worker finds out. */
export async function askForNewPassword(
  { postgres, limits }: Pick<Store, 'postgres' | 'limits'>,
  { id: requestId }: FastifyRequest,
  given: string,
): Promise<void> {
  const email = normalizeEmail(given);
  if (!(await makeMailGuard({ limits }).mayWriteTo(email))) return;
  const user = await findUserByEmail(postgres, email);
  const id = user?.id ?? newId();
  await postgres
    .transaction()
    .execute((tx) => enqueue(tx, sendMail, { kind: 'reset_password', id }, { requestId }));
}

export async function verifyEmail(
  { postgres }: Pick<Store, 'postgres'>,
  request: FastifyRequest,
  token: string,
): Promise<void> {
  await postgres.transaction().execute(async (tx) => {
    const proof = { purpose: 'verify_email', tokenHash: hashSecret(token) } as const;
    const userId = await takeProof(tx, proof);
    if (userId === undefined) throw linkExpired();
    if (!(await markEmailVerified(tx, userId))) return;
    await writeAudit(tx, authorOf(request, userId), {
      action: 'account.verify_email',
      subject: { type: 'user', id: userId },
    });
  });
}

/** Sets a new password and ends everything that knew the old one. */
export async function resetPassword(
  { postgres, config, access }: Pick<Store, 'postgres' | 'config' | 'access'>,
  request: FastifyRequest,
  { token, password }: { readonly token: string; readonly password: string },
): Promise<void> {
  const passwordHash = await hashPassword(password, config.passwordCost);
  const userId = await postgres.transaction().execute(async (tx) => {
    const proof = { purpose: 'reset_password', tokenHash: hashSecret(token) } as const;
    const owner = await takeProof(tx, proof);
    if (owner === undefined) throw linkExpired();
    await setPassword(tx, authorOf(request, owner), { userId: owner, passwordHash });
    await endSessions(tx, { userId: owner });
    await deleteTokens(tx, owner);
    await markEmailVerified(tx, owner);
    return owner;
  });
  await access.announceChange(userId);
}

/** Says in the log and by mail that the password is another one. */
export async function setPassword(
  tx: Transaction,
  author: Author,
  change: { readonly userId: string; readonly passwordHash: string },
): Promise<void> {
  const { userId } = change;
  await setPasswordHash(tx, change);
  await writeAudit(tx, author, {
    action: 'account.change_password',
    subject: { type: 'user', id: userId },
  });
  const meta = { owner: userId, ...(author.requestId !== null && { requestId: author.requestId }) };
  await enqueue(tx, sendMail, { kind: 'password_changed', id: userId }, meta);
}

function linkExpired(): Problem {
  const detail = 'The link was used before or has run out. Ask for a new one.';
  return new Problem({ status: 410, code: 'link_expired', detail });
}
