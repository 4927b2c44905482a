import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@lectern/db/open';
import { consume, defaultTiming, type Timing } from '@lectern/db/queue/consume';
import { openLedger } from '@lectern/db/queue/open-ledger';
import type { WorkerDefinition } from './define-worker.ts';
import { deliver } from './deliver.ts';
import { startHeart } from './heart.ts';
import { makeIsolate } from './isolate.ts';

export type RunOptions = {
  /** The module that exports `registry` with these workers, for runs that need a process of their own. */
  readonly registry: string;
  readonly timing?: Timing;
};

/** Takes deliveries for the given workers until closed. */
export function runWorkers(
  store: Store,
  workers: readonly WorkerDefinition[],
  { registry, timing = defaultTiming }: RunOptions,
): { close(): Promise<void> } {
  const { config, log, postgres, queues } = store;
  const stop = new AbortController();
  const stopping = stop.signal;
  const heartbeatMs = timing.lockMs / 3;
  const heart = startHeart(postgres, log, heartbeatMs);
  const execution = { store, ledger: openLedger(postgres), heart, heartbeatMs, stopping };
  const isolate = makeIsolate({ config, log, registry, heartbeatMs, stopping });
  const consumers = workers.map((worker) =>
    consume(queues, log, {
      job: worker.job.name,
      concurrency: worker.concurrency,
      handle: (delivery) => deliver(execution, worker, delivery, isolate),
      timing,
    }),
  );
  return {
    close: async () => {
      const settled = Promise.all(consumers.map((consumer) => consumer.close()));
      const patience = new AbortController();
      const limit = sleep(config.shutdownMs, undefined, { signal: patience.signal });
      limit.then(() => stop.abort()).catch(() => undefined);
      await settled;
      patience.abort();
      heart.close();
    },
  };
}
