import assert from 'node:assert/strict';
import type { Store } from '@lectern/db/open';
import { enqueue, type RunMeta } from '@lectern/db/postgres/enqueue';
import { claimRuns, findRun, type RunView } from '@lectern/db/postgres/runs';
import { openLedger } from '@lectern/db/queue/open-ledger';
import type { WorkerDefinition } from '../runtime/define-worker.ts';
import { executeRun } from '../runtime/execute-run.ts';
import { startHeart } from '../runtime/heart.ts';

type Work = {
  readonly payload: Record<string, unknown>;
  readonly meta?: RunMeta;
  /** Tries that failed before. */
  readonly attempts?: number;
};

/**
 * Runs a worker's handler as the queue would, and then once more, as after a crash that came between
 * the handler's end and the queue's knowing it. What the test then finds must be as after once.
 */
export async function runTwice(
  store: Store,
  worker: WorkerDefinition,
  { payload, meta = {}, attempts }: Work,
): Promise<RunView> {
  const heart = startHeart(store.postgres, store.log, 5_000);
  const execution = {
    store,
    heart,
    heartbeatMs: 5_000,
    ledger: openLedger(store.postgres),
    stopping: new AbortController().signal,
  };
  const runId = await store.postgres
    .transaction()
    .execute((tx) => enqueue(tx, worker.job, payload, meta));
  try {
    for (const _time of ['first', 'again']) {
      await store.postgres
        .updateTable('runs')
        .set({ state: 'queued', ...(attempts !== undefined && { attempts }) })
        .where('id', '=', runId)
        .execute();
      const { line } = await store.postgres
        .selectFrom('runs')
        .select('line')
        .where('id', '=', runId)
        .executeTakeFirstOrThrow();
      const deadlineMs = worker.job.deadlineMs;
      const [claimed] = await claimRuns(store.postgres, [{ runId, line, deadlineMs }]);
      assert.ok(claimed, `run ${runId} can be claimed`);
      await executeRun(execution, worker, claimed);
    }
  } finally {
    heart.close();
  }
  const run = await findRun(store.postgres, runId);
  assert.ok(run);
  return run;
}
