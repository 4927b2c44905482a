import type { Log } from '../log.ts';
import type { Db } from '../postgres/connect.ts';
import { listUnaccounted, putBackRun, type UnaccountedRun } from '../postgres/reconcile.ts';
import type { Queues } from './open-queues.ts';

/** How many runs are looked up in the queue at once. */
const together = 50;

/**
 * Puts back every run that is queued or running in the ledger but unknown to the queue, as after a
 * Redis that lost its data. Runs with a line in the outbox or a fresh heartbeat are accounted for.
 */
export async function reconcile(
  db: Db,
  queues: Queues,
  log: Log,
  signal?: AbortSignal,
): Promise<number> {
  let putBack = 0;
  let after: string | undefined;
  for (;;) {
    if (signal?.aborted) break;
    const runs = await listUnaccounted(db, { after, limit: 500 });
    for (let i = 0; i < runs.length; i += together) {
      const lost = await findUnknown(queues, runs.slice(i, i + together));
      for (const run of lost) if (await putBackRun(db, run)) putBack++;
    }
    after = runs.at(-1)?.id;
    if (runs.length < 500) break;
  }
  if (putBack > 0) log.warn({ runs: putBack }, 'put back runs that the queue had lost');
  return putBack;
}

async function findUnknown(queues: Queues, runs: readonly UnaccountedRun[]) {
  const states = await Promise.all(
    runs.map(async (run) => ({ run, state: await queues.get(run.job).getJobState(run.line) })),
  );
  // A job that has ended in the queue will never be delivered again: to the ledger it is lost.
  return states
    .filter(({ state }) => state === 'unknown' || state === 'completed' || state === 'failed')
    .map(({ run }) => run);
}
