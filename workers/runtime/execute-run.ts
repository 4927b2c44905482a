import type { Store } from '@lectern/db/open';
import type { ClaimedRun } from '@lectern/db/postgres/runs';
import { throughOutage } from '@lectern/db/postgres/through-outage';
import type { Settlement } from '@lectern/db/queue/consume';
import { endRun, StaleRun } from '@lectern/db/queue/end-run';
import type { Ledger } from '@lectern/db/queue/open-ledger';
import { announceEnd } from './announce-end.ts';
import { announceRun } from './announce-run.ts';
import type { Results, WorkerDefinition } from './define-worker.ts';
import type { Heart } from './heart.ts';
import { makeContext } from './make-context.ts';
import { settleError, Stopped, TooLate } from './settle-error.ts';
import { unlessAborted } from './unless-aborted.ts';

export type Execution = {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly heart: Heart;
  /** A run that was silent for three times as long has lost its worker. */
  readonly heartbeatMs: number;
  /** Aborted when running work has had its time after a stop was asked for. */
  readonly stopping: AbortSignal;
};

/** Runs the handler of a claimed run and writes what became of it. */
export async function executeRun(
  execution: Execution,
  worker: WorkerDefinition,
  run: ClaimedRun,
): Promise<Settlement> {
  const { store, heart, stopping } = execution;
  const { deadlineMs } = worker.job;
  const startedAt = Date.now();
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new TooLate(deadlineMs)), deadlineMs);
  const stop = () => abort.abort(new Stopped());
  stopping.addEventListener('abort', stop, { once: true });
  if (stopping.aborted) stop();
  const unwatch = heart.watch(run, () => abort.abort(new StaleRun(`run ${run.id} was taken over`)));
  const context = makeContext(store, run, abort.signal);
  announceRun(store, run, 'running');
  try {
    // A handler that does not heed its signal is left behind; its writes meet a fence that has moved.
    const results = await unlessAborted(worker.handle(context), abort.signal);
    await throughOutage(() => finish(execution, run, results), stopping);
    context.log.info({ ms: Date.now() - startedAt }, 'done');
    return { kind: 'done' };
  } catch (error) {
    // Once aborted, what the handler throws is only how it heeded the signal.
    const reason: unknown = abort.signal.aborted ? abort.signal.reason : error;
    const settle = () => settleError(store, worker.job, run, reason, context.log);
    return await throughOutage(settle, stopping);
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', stop);
    unwatch();
  }
}

async function finish(
  { store, ledger }: Execution,
  run: ClaimedRun,
  // oxlint-disable-next-line typescript/no-invalid-void-type -- a handler without results just ends
  results: Results | void,
): Promise<void> {
  const plain = results === undefined && run.subject === null;
  if (plain && !(await ledger.end(run))) throw new StaleRun(`run ${run.id} was taken over`);
  const next = plain ? 0 : await endRun(store.postgres, run, results ?? undefined);
  if (next > 0) store.queues.wakeRelay();
  await announceEnd(store, run, 'done');
}
