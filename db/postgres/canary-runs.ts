import { sendCanary } from '../jobs/canary.ts';
import type { Db } from './connect.ts';
import { enqueue } from './enqueue.ts';
import type { RunState } from './job-tables.ts';

/** The canary that is on its way, or a new one: however many processes ask, one is enough. */
export function sendOrFindCanary(db: Db, requestId: string): Promise<string> {
  return db.transaction().execute(async (tx) => {
    const open = await tx
      .selectFrom('runs')
      .select('id')
      .where('job', '=', sendCanary.name)
      .where('finished_at', 'is', null)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return open?.id ?? (await enqueue(tx, sendCanary, {}, { requestId }));
  });
}

export async function findCanaryState(db: Db, runId: string): Promise<RunState | undefined> {
  const run = await db
    .selectFrom('runs')
    .select('state')
    .where('id', '=', runId)
    .executeTakeFirst();
  return run?.state;
}
