import { readConfig } from '@lectern/db/config';
import { defineJob } from '@lectern/db/jobs/define-job';
import { open } from '@lectern/db/open';
import { Type } from 'typebox';
import { defineWorker } from '../runtime/define-worker.ts';
import { runWorkers } from '../runtime/run-workers.ts';

export const benchJob = defineJob({ name: 'bench.job', payload: Type.Object({}) });

/** Said to the parent when `count` jobs have been handled, with the time of the last. */
export type Handled = { readonly count: number; readonly at: number };

export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** A process that takes jobs: through the ledger, or straight from BullMQ. */
if (import.meta.main) {
  const [way, concurrency] = process.argv.slice(2);
  const store = open(readConfig(process.env, null), 'bench');
  let count = 0;
  const report = () => {
    count++;
    const handled: Handled = { count, at: now() };
    process.send?.(handled);
  };
  if (way === 'ledger') {
    const worker = defineWorker({
      name: 'bench',
      job: benchJob,
      concurrency: Number(concurrency),
      handle: async () => report(),
    });
    runWorkers(store, [worker], { registry: '' });
  } else {
    const handle = async () => report();
    store.queues.backend.makeWorker(benchJob.name, handle, { concurrency: Number(concurrency) });
  }
  process.on('disconnect', () => process.exit(0));
  process.send?.({ count: 0, at: now() });
}
