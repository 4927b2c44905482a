import type { Store } from '@lectern/db/open';
import { reviveRun } from '@lectern/db/postgres/dead-letters';
import { type Delivery, findDelivered } from '@lectern/db/postgres/runs';
import type { Settlement } from '@lectern/db/queue/consume';
import type { WorkerDefinition } from './define-worker.ts';
import { type Execution, executeRun } from './execute-run.ts';

/** Runs a delivery that may take its process down, where that harms nobody else. */
export type Isolate = (worker: WorkerDefinition, delivery: Delivery) => Promise<void>;

/** Claims what the queue hands over and runs it, if it is still to be run. */
export async function deliver(
  execution: Execution,
  worker: WorkerDefinition,
  delivery: Delivery,
  isolate: Isolate,
): Promise<Settlement> {
  const { deadlineMs } = worker.job;
  const run = await execution.ledger.claim({ ...delivery, deadlineMs });
  if (run !== undefined) return await executeRun(execution, worker, run);

  const known = await findDelivered(execution.store.postgres, delivery);
  if (known === undefined || known.state === 'done' || known.state === 'cancelled') {
    return { kind: 'done' };
  }
  if (known.state === 'failed') {
    // The queue hands over a failed run only when an operator asked for it there.
    await reviveRun(execution.store.postgres, known.id);
    return { kind: 'later', atMs: Date.now() };
  }
  await isolate(worker, delivery);
  return await settleAsLedgerSays(execution.store, delivery);
}

async function settleAsLedgerSays(store: Store, delivery: Delivery): Promise<Settlement> {
  const run = await findDelivered(store.postgres, delivery);
  switch (run?.state) {
    case 'queued':
      return { kind: 'later', atMs: run.run_at.getTime() };
    case 'running':
      // It took its process down again; the next claim counts that.
      return { kind: 'later', atMs: Date.now() + 1_000 * (run.crashes + 1) };
    case 'failed':
    case 'cancelled':
      return { kind: 'never', reason: new Error(run.error?.message ?? run.state) };
    case 'done':
    case undefined:
      return { kind: 'done' };
  }
}
