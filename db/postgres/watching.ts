import { type Selectable, sql } from 'kysely';
import {
  clampPosition,
  completionShare,
  type Interval,
  measureShare,
  mergeIntervals,
} from '../materials/watched.ts';
import type { Db, Transaction } from './connect.ts';
import type { Tables } from './tables.ts';

/** Whose watching, and of what. Nobody sees that of others. */
export type WatchingKey = { readonly userId: string; readonly materialId: string };

export type Watching = Pick<
  Selectable<Tables['watching']>,
  'position_s' | 'intervals' | 'share' | 'completed_at' | 'updated_at'
>;

const columns = ['position_s', 'intervals', 'share', 'completed_at', 'updated_at'] as const;

export function findWatching(db: Db, key: WatchingKey): Promise<Watching | undefined> {
  return select(db, key).select(columns).executeTakeFirst();
}

export type Watched = {
  readonly durationS: number;
  readonly positionS: number;
  readonly intervals: readonly Interval[];
  /** When the position was this: one that comes late does not take the place of a later one. */
  readonly at: Date;
};

/** Adds what was watched to what is known, however late, often or at once with others it comes. */
export async function addWatching(
  tx: Transaction,
  key: WatchingKey,
  { durationS, positionS, intervals, at }: Watched,
): Promise<Watching> {
  await tx
    .insertInto('watching')
    .values({
      user_id: key.userId,
      material_id: key.materialId,
      position_at: sql<Date>`'-infinity'`,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const known = await select(tx, key)
    .select(columns)
    .select(sql<boolean>`position_at <= ${at}`.as('isLatest'))
    .forUpdate()
    .executeTakeFirstOrThrow();
  const merged = mergeIntervals([...known.intervals, ...intervals], durationS);
  const share = measureShare(merged, durationS);
  const isComplete = share >= completionShare;
  return tx
    .updateTable('watching')
    .set({
      ...(known.isLatest && { position_s: clampPosition(positionS, durationS), position_at: at }),
      intervals: JSON.stringify(merged),
      share,
      // Whoever had watched it has, also when the file is another by now.
      ...(isComplete && known.completed_at === null && { completed_at: sql<Date>`now()` }),
      updated_at: sql<Date>`now()`,
    })
    .where('user_id', '=', key.userId)
    .where('material_id', '=', key.materialId)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

function select(db: Db, { userId, materialId }: WatchingKey) {
  return db
    .selectFrom('watching')
    .where('user_id', '=', userId)
    .where('material_id', '=', materialId);
}

/** For another file in the same place: what was watched of the one before is not there any more. */
export async function beginWatchingAnew(tx: Transaction, materialId: string): Promise<void> {
  await tx
    .updateTable('watching')
    .set({
      position_s: 0,
      position_at: sql<Date>`'-infinity'`,
      intervals: '[]',
      share: 0,
      updated_at: sql<Date>`now()`,
    })
    .where('material_id', '=', materialId)
    .execute();
}

/** Gives how many recordings it was about. */
export async function deleteWatching(tx: Transaction, userId: string): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('watching')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
