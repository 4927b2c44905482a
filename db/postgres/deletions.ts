import { deleteAccount } from '../jobs/account.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';

/** How an account's removal stands. Without names: it outlives the account. */
export type Deletion = {
  readonly id: string;
  readonly user_id: string;
  readonly requested_at: Date;
  readonly finished_at: Date | null;
  /** What is gone so far, by kind. */
  readonly removed: Readonly<Record<string, number>> | null;
};

const columns = ['id', 'user_id', 'requested_at', 'finished_at', 'removed'] as const;

export type NewDeletion = {
  readonly id: string;
  readonly userId: string;
  readonly tokenHash: Buffer;
  readonly requestId: string;
};

/** Adds the receipt and the run that does the work. The run has no owner: that one is going. */
export async function insertDeletion(
  tx: Transaction,
  { id, userId, tokenHash, requestId }: NewDeletion,
): Promise<Deletion> {
  const inserted = await tx
    .insertInto('deletions')
    .values({ id, user_id: userId, token_hash: tokenHash, removed: null })
    .returning(columns)
    .executeTakeFirstOrThrow();
  await enqueue(tx, deleteAccount, { deletionId: id }, { subject: id, requestId });
  return inserted;
}

/** For whoever has the link of the receipt. */
export function findDeletionByToken(db: Db, tokenHash: Buffer): Promise<Deletion | undefined> {
  return db
    .selectFrom('deletions')
    .select(columns)
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
}

export function findDeletion(db: Db, deletionId: string): Promise<Deletion | undefined> {
  return db.selectFrom('deletions').select(columns).where('id', '=', deletionId).executeTakeFirst();
}
