import { sql } from 'kysely';
import type { Db } from './connect.ts';

export type OutboxLine = {
  readonly id: string;
  readonly run_id: string;
  readonly job: string;
  readonly owner: string | null;
  readonly run_at: Date;
};

export function listOutboxLines(db: Db, limit: number): Promise<OutboxLine[]> {
  return db
    .selectFrom('outbox')
    .select(['id', 'run_id', 'job', 'owner', 'run_at'])
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function deleteOutboxLines(db: Db, ids: readonly string[]): Promise<void> {
  await sql`delete from outbox where id = any(${ids}::uuid[])`.execute(db);
}

const relayLock = 7_150_001;

/** True for one connection at a time, until it ends or gives the lock back. */
export async function tryRelayLock(db: Db): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_lock(${relayLock}::bigint) as held`.execute(db);
  return rows[0]?.held === true;
}

export async function releaseRelayLock(db: Db): Promise<void> {
  await sql`select pg_advisory_unlock(${relayLock}::bigint)`.execute(db);
}

/** How far the count of waiting runs goes; whoever has more waits last anyway. */
const mostCounted = 5_000;

/** How many runs each owner has waiting in each job before the given run, up to a bound. */
export async function countWaitingBefore(
  db: Db,
  turns: readonly { job: string; owner: string; runId: string }[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ job: string; owner: string; waiting: number }>`
    select turn.job, turn.owner, (
      select count(*)::int from (
        select 1 from runs
        where runs.job = turn.job and runs.owner = turn.owner and runs.finished_at is null
          and runs.id < turn.run_id
        limit ${mostCounted}
      ) as waiting
    ) as waiting
    from unnest(
      ${turns.map(({ job }) => job)}::text[],
      ${turns.map(({ owner }) => owner)}::uuid[],
      ${turns.map(({ runId }) => runId)}::uuid[]
    ) as turn(job, owner, run_id)`.execute(db);
  return new Map(rows.map(({ job, owner, waiting }) => [`${job} ${owner}`, waiting]));
}
