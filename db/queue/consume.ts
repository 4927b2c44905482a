import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import type { Log } from '../log.ts';
import type { Delivery } from '../postgres/runs.ts';
import { isId } from '../jobs/define-job.ts';
import { admitNewcomers } from './admit-newcomers.ts';
import type { JobWorker, QueuedJob } from './backend.ts';
import type { Queues } from './open-queues.ts';

/** What the queue is to do with a delivery; what happened to the run is in the ledger. */
export type Settlement =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly atMs: number; readonly reason: Error }
  | { readonly kind: 'never'; readonly reason: Error }
  | { readonly kind: 'later'; readonly atMs: number };

export type ConsumeOptions = {
  readonly job: string;
  readonly concurrency: number;
  readonly handle: (delivery: Delivery) => Promise<Settlement>;
  readonly timing?: Timing;
};

/** How fast a vanished worker is noticed: its lock runs out, and the next check hands its jobs on. */
export type Timing = { readonly lockMs: number; readonly stallCheckMs: number };

export const defaultTiming: Timing = { lockMs: 15_000, stallCheckMs: 10_000 };

export type Consumer = {
  /** Takes nothing new and resolves when what it has is settled. */
  close(): Promise<void>;
};

/** A handler's error that is to be tried again at a time the ledger chose. */
class RetryAt extends Error {
  override readonly name = 'RetryAt';
  readonly atMs: number;
  constructor(atMs: number, cause: Error) {
    super(cause.message, { cause });
    this.atMs = atMs;
  }
}

/** Takes deliveries of one job. Starts as soon as the queue's server answers, however long that takes. */
export function consume(queues: Queues, log: Log, options: ConsumeOptions): Consumer {
  const { job, concurrency, handle, timing = defaultTiming } = options;
  const closing = new AbortController();

  const make = () => {
    let active = 0;
    let newcomers: Promise<void> | undefined;
    const isFull = () => active >= concurrency;
    const watch = () => {
      const { signal } = closing;
      newcomers ??= admitNewcomers({ queue: queues.get(job), worker, isFull, signal })
        .catch((error: unknown) => log.debug({ err: error, job }, 'could not look who comes next'))
        .finally(() => (newcomers = undefined));
    };
    const count = async (queued: Job<QueuedJob>, token?: string) => {
      active++;
      if (isFull()) watch();
      try {
        await process(queued, token);
      } finally {
        active--;
      }
    };
    const worker = queues.backend.makeWorker(job, count, {
      autorun: false,
      concurrency,
      lockDuration: timing.lockMs,
      stalledInterval: timing.stallCheckMs,
      // BullMQ would fail jobs whose worker was killed twice; the ledger has its own limit of crashes.
      maxStalledCount: 1_000,
      settings: { backoffStrategy: (_attempts, _type, error) => delayOf(error) },
    });
    worker.on('error', (error) => log.debug({ err: error, job }, 'the queue reported an error'));
    const close = async () => {
      await worker.pause(true);
      await newcomers;
      await worker.close();
    };
    return { worker, close };
  };

  const process = async (queued: Job<QueuedJob>, token?: string): Promise<void> => {
    const delivery = { runId: queued.data.runId, line: queued.id ?? '' };
    // One that is no id would fail the statement that claims all deliveries of this moment.
    if (![delivery.runId, delivery.line].every(isId)) {
      throw new UnrecoverableError('this job was not put here by the relay');
    }
    const settlement = await settle(delivery);
    switch (settlement.kind) {
      case 'done':
        return;
      case 'later':
        await queued.moveToDelayed(settlement.atMs, token);
        throw new DelayedError();
      case 'retry':
        throw new RetryAt(settlement.atMs, settlement.reason);
      case 'never':
        throw new UnrecoverableError(settlement.reason.message);
    }
  };

  const settle = async (delivery: Delivery): Promise<Settlement> => {
    try {
      return await handle(delivery);
    } catch (error) {
      // Not the handler's own failure, that is in the ledger: the ledger could not be reached.
      log.warn({ err: error, job, ...delivery }, 'could not settle a delivery; it comes again');
      return { kind: 'retry', atMs: Date.now() + 2_000, reason: asError(error) };
    }
  };

  const work = keepWorking(make, closing.signal, log, job);
  return {
    close: async () => {
      closing.abort();
      await work;
    },
  };
}

/** A worker that was made while its server was away never begins, so it is made again. */
async function keepWorking(
  make: () => { worker: JobWorker; close(): Promise<void> },
  signal: AbortSignal,
  log: Log,
  job: string,
): Promise<void> {
  for (let delayMs = 200; !signal.aborted; delayMs = Math.min(delayMs * 2, 5_000)) {
    const { worker, close } = make();
    const stop = () => {
      close().catch((error: unknown) => log.warn({ err: error, job }, 'a worker did not close'));
    };
    try {
      await within(worker.waitUntilReady(), 10_000, signal);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      await worker.run();
      await close();
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error, job }, 'the queue is away; trying again');
      await worker.close(true).catch(() => undefined);
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

async function within<T>(promise: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T> {
  const limit = new AbortController();
  const late = sleep(limitMs, undefined, { signal: AbortSignal.any([signal, limit.signal]) }).then(
    () => {
      throw new Error(`no answer within ${limitMs} ms`);
    },
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => undefined);
    limit.abort();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function delayOf(error: Error | undefined): number {
  return error instanceof RetryAt ? Math.max(0, error.atMs - Date.now()) : 2_000;
}
