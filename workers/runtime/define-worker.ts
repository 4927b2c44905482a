import { fitsPayload, type JobContract } from '@lectern/db/jobs/define-job';
import type { Log } from '@lectern/db/log';
import type { Store } from '@lectern/db/open';
import type { Transaction } from '@lectern/db/postgres/connect';
import type { ClaimedRun } from '@lectern/db/postgres/runs';
import type { EffectOutcome } from '@lectern/db/queue/effect-once';
import { Cancel } from '@lectern/db/queue/outcomes';
import type { Static, TObject } from 'typebox';

/** Writes that become true together with the end of the run, or not at all. */
export type Results = (tx: Transaction) => Promise<void>;

/** What a handler works with. It returns its results; it throws to be tried again. */
export type Context<Payload> = {
  readonly payload: Payload;
  readonly run: ClaimedRun;
  readonly store: Store;
  readonly log: Log;
  /** Aborted at the deadline, at shutdown, and when another worker has the run. */
  readonly signal: AbortSignal;
  /** How far the work is, from 0 to 1. Cheap: only some of the calls are written. */
  progress(fraction: number): void;
  /** Writes a finished step at once, so that a later try goes on after it. */
  save(results: Results): Promise<void>;
  /** Does what leaves the house, once per key. */
  once<Result>(key: string, act: () => Promise<Result>): Promise<EffectOutcome<Result>>;
};

// oxlint-disable-next-line typescript/no-invalid-void-type -- a handler without results just ends
export type Handler<Payload> = (context: Context<Payload>) => Promise<Results | void>;

export type WorkerDefinition = {
  /** The name on the command line. */
  readonly name: string;
  readonly job: JobContract;
  /** Runs at a time in one process. */
  readonly concurrency: number;
  readonly handle: Handler<unknown>;
};

export function defineWorker<Payload extends TObject>(worker: {
  name: string;
  job: JobContract<Payload>;
  concurrency: number;
  handle: Handler<Static<Payload>>;
}): WorkerDefinition {
  const { job } = worker;
  return {
    ...worker,
    handle: (context) => {
      if (carries(job, context)) return worker.handle(context);
      throw new Cancel('payload_invalid', `What ${job.name} was given does not fit its contract.`);
    },
  };
}

function carries<Payload extends TObject>(
  job: JobContract<Payload>,
  context: Context<unknown>,
): context is Context<Static<Payload>> {
  return fitsPayload(job, context.payload);
}
