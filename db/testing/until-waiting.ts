import { sql } from 'kysely';
import type { Db } from '../postgres/connect.ts';
import { until } from './until.ts';

/** Waits until so many statements wait for a lock that a test holds. */
export async function untilWaiting(db: Db, statements: number): Promise<void> {
  await until(`${statements} statements wait for a lock`, async () => {
    const { rows } = await sql<{ waiting: number }>`
      select count(*) as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    return rows[0]?.waiting === statements;
  });
}

/** Ends the statements that wait for a lock, as a limit on their time would. */
export async function cancelWaiting(db: Db): Promise<void> {
  await sql`
    select pg_cancel_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  await untilWaiting(db, 0);
}
