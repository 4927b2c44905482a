import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** How a job's work stands in the ledger. */
export type QueueGauge = {
  readonly job: string;
  readonly waiting: number;
  readonly running: number;
  /** Runs that ended as dead letters and are still kept as such. */
  readonly dead: number;
  /** How long the oldest run that is due has waited. */
  readonly oldestSeconds: number;
};

/** One row for each job that has runs open or dead. */
export async function measureQueues(db: Db): Promise<QueueGauge[]> {
  const { rows } = await sql<QueueGauge>`
    with open as (
      select job,
        count(*) filter (where state = 'queued')::int as waiting,
        count(*) filter (where state = 'running')::int as running,
        extract(epoch from now() - min(run_at) filter (where state = 'queued'))::float8 as oldest
      from runs where finished_at is null group by job
    ), dead as (
      select job, count(*)::int as dead from dead_letters group by job
    )
    select job, coalesce(waiting, 0) as waiting, coalesce(running, 0) as running,
      coalesce(dead, 0) as dead, greatest(0, coalesce(oldest, 0)) as "oldestSeconds"
    from open full join dead using (job) order by job`.execute(db);
  return rows;
}
