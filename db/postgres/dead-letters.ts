import type { Db } from './connect.ts';

/** Makes a failed run one that waits again, in the delivery it has, and takes its dead letter away. */
export async function reviveRun(db: Db, runId: string): Promise<void> {
  await db
    .with('revived', (query) =>
      query
        .updateTable('runs')
        .set({ state: 'queued', attempts: 0, crashes: 0, error: null, finished_at: null })
        .where('id', '=', runId)
        .where('state', '=', 'failed')
        .returning('id'),
    )
    .deleteFrom('dead_letters')
    .where('run_id', 'in', (query) => query.selectFrom('revived').select('id'))
    .execute();
}
