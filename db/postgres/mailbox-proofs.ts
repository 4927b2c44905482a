import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import type { ProofPurpose } from './tables.ts';

/** A secret that was mailed, by its hash: who knows it reads the mailbox of the account. */
export type ProofKey = { readonly purpose: ProofPurpose; readonly tokenHash: Buffer };

export type NewProof = ProofKey & { readonly userId: string; readonly lifeMs: number };

/** Keeps the hash of a new secret in place of the one before; gives until when it counts. */
export async function replaceProof(
  db: Db,
  { userId, purpose, tokenHash, lifeMs }: NewProof,
): Promise<Date> {
  const fresh = {
    token_hash: tokenHash,
    created_at: sql<Date>`now()`,
    expires_at: sql<Date>`now() + ${lifeMs}::bigint * interval '1 millisecond'`,
  };
  const proof = await db
    .insertInto('mailbox_proofs')
    .values({ user_id: userId, purpose, ...fresh })
    .onConflict((conflict) => conflict.columns(['user_id', 'purpose']).doUpdateSet(fresh))
    .returning('expires_at')
    .executeTakeFirstOrThrow();
  return proof.expires_at;
}

/**
 * Uses the secret up and gives the id of its person, unless it is unknown, used or expired, or the
 * account is being deleted.
 */
export async function takeProof(
  tx: Transaction,
  { purpose, tokenHash }: ProofKey,
): Promise<string | undefined> {
  const proof = await tx
    .deleteFrom('mailbox_proofs')
    .using('users')
    .where('purpose', '=', purpose)
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', sql<Date>`now()`)
    .whereRef('users.id', '=', 'user_id')
    .where('users.deleting_at', 'is', null)
    .returning('user_id')
    .executeTakeFirst();
  return proof?.user_id;
}

/** Whose secret it is, without using it up: for a page that shows a form first. */
export function findProof(
  db: Db,
  { purpose, tokenHash }: ProofKey,
): Promise<{ readonly userId: string; readonly email: string } | undefined> {
  return db
    .selectFrom('mailbox_proofs')
    .innerJoin('users', 'users.id', 'mailbox_proofs.user_id')
    .select(['users.id as userId', 'users.email'])
    .where('purpose', '=', purpose)
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', sql<Date>`now()`)
    .where('users.deleting_at', 'is', null)
    .executeTakeFirst();
}

export async function deleteExpiredProofs(db: Db): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('mailbox_proofs')
    .where('expires_at', '<=', sql<Date>`now()`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Takes a link back that may be in a mailbox still. */
export async function deleteProof(
  tx: Transaction,
  { userId, purpose }: { readonly userId: string; readonly purpose: ProofPurpose },
): Promise<void> {
  await tx
    .deleteFrom('mailbox_proofs')
    .where('user_id', '=', userId)
    .where('purpose', '=', purpose)
    .execute();
}
