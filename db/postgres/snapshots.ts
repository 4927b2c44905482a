import { sql } from 'kysely';
import type { Graph } from '../graph/graph.ts';
import type { Db, Transaction } from './connect.ts';
import type { SnapshotKind } from './graph-tables.ts';

export type Snapshot = {
  readonly id: string;
  readonly course_id: string;
  readonly version: number;
  readonly kind: SnapshotKind;
  readonly message: string;
  readonly node_count: number;
  readonly edge_count: number;
  /** Null when the account is gone, or a program of the house made it. */
  readonly creator: { readonly id: string; readonly name: string } | null;
  readonly created_at: Date;
};

export type SnapshotKey = { readonly courseId: string; readonly id: string };

const select = (db: Db) =>
  db
    .selectFrom('course_snapshots')
    .select(['id', 'course_id', 'version', 'kind', 'message', 'node_count', 'edge_count'])
    .select('created_at')
    .select(
      sql<Snapshot['creator']>`(
        select json_build_object('id', users.id, 'name', users.name)
        from users where users.id = course_snapshots.created_by
      )`.as('creator'),
    );

/** Newest first. */
export function listSnapshots(
  db: Db,
  {
    courseId,
    after,
    limit,
  }: { readonly courseId: string; readonly after: string | undefined; readonly limit: number },
): Promise<Snapshot[]> {
  return select(db)
    .where('course_id', '=', courseId)
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export function getSnapshot(db: Db, { courseId, id }: SnapshotKey): Promise<Snapshot> {
  return select(db)
    .where('course_id', '=', courseId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** With its graph as JSON, as it is sent and compared: to parse a large one here would hold up others. */
export function findSnapshotText(
  db: Db,
  { courseId, id }: SnapshotKey,
): Promise<(Snapshot & { readonly graph: string }) | undefined> {
  return select(db)
    .select(sql<string>`graph::text`.as('graph'))
    .where('course_id', '=', courseId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export function findSnapshotGraph(
  db: Db,
  { courseId, id }: SnapshotKey,
): Promise<{ readonly version: number; readonly graph: Graph } | undefined> {
  return db
    .selectFrom('course_snapshots')
    .select(['version', 'graph'])
    .where('course_id', '=', courseId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Under the lock of the document, so that nobody adds one meanwhile. */
export async function countManualSnapshots(tx: Transaction, courseId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('course_snapshots')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('course_id', '=', courseId)
    .where('kind', '=', 'manual')
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Of what nobody asked to keep, leaves all of the last day, the last one of each day for 30 days and of
 * each week for a year; and of each course the newest, however old.
 */
export async function thinSnapshots(db: Db, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    with aged as (
      select id, course_id, created_at at time zone 'UTC' as at, case
          when created_at > ${now}::timestamptz - interval '1 day' then null
          when created_at > ${now}::timestamptz - interval '30 days' then 'day'
          when created_at > ${now}::timestamptz - interval '365 days' then 'week'
          else 'age'
        end as one_a
      from course_snapshots where kind in ('automatic', 'reverted')
    ), ranked as (
      select id, one_a,
        row_number() over (partition by course_id order by at desc, id desc) as place,
        row_number() over (
          partition by course_id, one_a, date_trunc(nullif(one_a, 'age'), at)
          order by at desc, id desc
        ) as place_in_span
      from aged
    )
    delete from course_snapshots using ranked
    where course_snapshots.id = ranked.id and place > 1
      and (one_a = 'age' or (one_a is not null and place_in_span > 1))`.execute(db);
  return Number(numAffectedRows ?? 0);
}
