import { sql } from 'kysely';
import type { Db } from './connect.ts';

/**
 * Makes the failed run of this delivery one that waits again, and takes its dead letter away. False
 * when there is no such run.
 */
export async function reviveRun(db: Db, line: string): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    with revived as (
      update runs set state = 'queued', attempts = 0, crashes = 0, error = null, finished_at = null
      where line = ${line} and state = 'failed'
      returning id
    ), forgotten as (
      delete from dead_letters where run_id in (select id from revived)
    )
    select id from revived`.execute(db);
  return rows.length === 1;
}
