import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@lectern/db/open';
import { type Delivery, findDelivered, silenceRun } from '@lectern/db/postgres/runs';
import type { Settlement } from '@lectern/db/queue/consume';
import type { WorkerDefinition } from './define-worker.ts';
import { type Execution, executeRun } from './execute-run.ts';

/** Runs a delivery that may take its process down, where that harms nobody else. */
export type Isolate = (
  worker: WorkerDefinition,
  delivery: Delivery,
) => Promise<{ readonly hasDied: boolean }>;

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
  switch (known?.state) {
    case 'running':
      if (await isAlive(execution, delivery, known.silentMs)) {
        return { kind: 'later', atMs: Date.now() + execution.heartbeatMs };
      }
      break;
    case 'queued':
      break;
    case 'done':
    case 'failed':
    case 'cancelled':
    case undefined:
      return await settleAsLedgerSays(execution.store, delivery);
  }
  const { hasDied } = await isolate(worker, delivery);
  if (hasDied) await silenceRun(execution.store.postgres, delivery);
  return await settleAsLedgerSays(execution.store, delivery);
}

/**
 * Whether somebody is still at work on the run: the queue hands over also what a worker has whose
 * lock ran out while a server was away or the machine slept. Looks twice, because after such a sleep
 * heartbeats need a moment to be heard.
 */
async function isAlive(
  { store, heart, heartbeatMs }: Execution,
  delivery: Delivery,
  silentMs: number,
): Promise<boolean> {
  const longestMs = 3 * heartbeatMs;
  if (heart.isWatching(delivery.runId) || silentMs < longestMs) return true;
  await sleep(1.5 * heartbeatMs);
  const again = await findDelivered(store.postgres, delivery);
  return again?.state === 'running' && again.silentMs < longestMs;
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
