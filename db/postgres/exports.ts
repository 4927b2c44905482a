import { sql } from 'kysely';
import { exportAccount } from '../jobs/account.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';

/** A zip of all that is held about a person. Without `object_key` it is still being written. */
export type Export = {
  readonly id: string;
  readonly user_id: string;
  readonly object_key: string | null;
  readonly size_bytes: number | null;
  readonly created_at: Date;
  readonly expires_at: Date;
};

const columns = ['id', 'user_id', 'object_key', 'size_bytes', 'created_at', 'expires_at'] as const;

export type NewExport = {
  readonly id: string;
  readonly userId: string;
  readonly lifeMs: number;
  readonly requestId: string;
};

/** Where the zip is, or will be. Known without the row, so that it can be removed whatever happened. */
export function exportKeyOf({ id, user_id }: Pick<Export, 'id' | 'user_id'>): string {
  return `exports/${user_id}/${id}.zip`;
}

/** Adds the export and the run that writes it. */
export async function insertExport(
  tx: Transaction,
  { id, userId, lifeMs, requestId }: NewExport,
): Promise<Export> {
  const inserted = await tx
    .insertInto('exports')
    .values({
      id,
      user_id: userId,
      expires_at: sql<Date>`now() + ${lifeMs}::bigint * interval '1 millisecond'`,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  await enqueue(tx, exportAccount, { exportId: id }, { subject: id, owner: userId, requestId });
  return inserted;
}

/** The newest that has not run out. */
export function findLatestExport(db: Db, userId: string): Promise<Export | undefined> {
  return selectLasting(db, userId).orderBy('id', 'desc').limit(1).executeTakeFirst();
}

/** One of the person's own that has not run out. */
export function findExport(
  db: Db,
  { userId, exportId }: { readonly userId: string; readonly exportId: string },
): Promise<Export | undefined> {
  return selectLasting(db, userId).where('id', '=', exportId).executeTakeFirst();
}

function selectLasting(db: Db, userId: string) {
  return db
    .selectFrom('exports')
    .select(columns)
    .where('user_id', '=', userId)
    .where('expires_at', '>', sql<Date>`now()`);
}

/** For the worker that writes it, whoever it belongs to. */
export function findExportToWrite(db: Db, exportId: string): Promise<Export | undefined> {
  return db.selectFrom('exports').select(columns).where('id', '=', exportId).executeTakeFirst();
}

/** `before`: a run that came twice had finished it already. `gone`: it was removed meanwhile. */
export type ExportOutcome = 'now' | 'before' | 'gone';

/** Says that the zip is whole and where it is. */
export async function finishExport(
  tx: Transaction,
  { exportId, objectKey, sizeBytes }: ExportFile,
): Promise<ExportOutcome> {
  const before = await tx
    .selectFrom('exports')
    .select('object_key')
    .where('id', '=', exportId)
    .forUpdate()
    .executeTakeFirst();
  if (before === undefined) return 'gone';
  await tx
    .updateTable('exports')
    .set({ object_key: objectKey, size_bytes: sizeBytes })
    .where('id', '=', exportId)
    .execute();
  return before.object_key === null ? 'now' : 'before';
}

export type ExportFile = {
  readonly exportId: string;
  readonly objectKey: string;
  readonly sizeBytes: number;
};

export function listExpiredExports(db: Db, now: Date): Promise<Export[]> {
  return db.selectFrom('exports').select(columns).where('expires_at', '<', now).execute();
}

export async function deleteExport(db: Db, exportId: string): Promise<void> {
  await db.deleteFrom('exports').where('id', '=', exportId).execute();
}
