import type { Db } from './connect.ts';

export type Effect = { readonly state: 'begun' | 'done'; readonly result: unknown };

/** Claims the key; false when somebody has it already. */
export async function beginEffect(db: Db, key: string, runId: string | null): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('effects')
    .values({ key, run_id: runId, state: 'begun', result: null })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export function findEffect(db: Db, key: string): Promise<Effect | undefined> {
  return db
    .selectFrom('effects')
    .select(['state', 'result'])
    .where('key', '=', key)
    .executeTakeFirst();
}

export async function endEffect(db: Db, key: string, result: unknown): Promise<void> {
  await db
    .updateTable('effects')
    .set({ state: 'done', result: JSON.stringify(result ?? null), finished_at: new Date() })
    .where('key', '=', key)
    .execute();
}

/** Gives the key back after an attempt that certainly had no effect. */
export async function forgetEffect(db: Db, key: string): Promise<void> {
  await db.deleteFrom('effects').where('key', '=', key).where('state', '=', 'begun').execute();
}
