import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '@lectern/db/open';
import { enqueue, type RunMeta } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { findRun, type RunView } from '@lectern/db/postgres/runs';
import { startRelay } from '@lectern/db/queue/relay';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { runWorkers } from '../runtime/run-workers.ts';
import { registry, tryOut } from './registry.ts';

type Act = { label?: string; act: string; ms?: number };

/** A relay and workers with the test's jobs, on one kind of queue. */
export type Jobs = {
  readonly store: Store;
  /** Where each try leaves a line. */
  readonly file: string;
  add(act: Act, meta?: RunMeta, job?: typeof tryOut): Promise<string>;
  ended(runId: string): Promise<RunView>;
  lineOf(runId: string): Promise<string>;
  tries(label: string): Promise<number>;
  close(): Promise<void>;
};

export async function startJobs(queue: 'postgres' | 'redis'): Promise<Jobs> {
  const store = await freshStore({ queue });
  const file = join(store.config.dataDir, 'tries.txt');
  await writeFile(file, '');
  const relay = startRelay(store);
  const workers = runWorkers(store, registry, {
    registry: import.meta.resolve('./registry.ts'),
    timing: { lockMs: 3_000, stallCheckMs: 1_000 },
  });
  return {
    store,
    file,
    add: async (act, meta = {}, job = tryOut) => {
      const payload = { file, label: newId(), ...act };
      const id = await store.postgres
        .transaction()
        .execute((tx) => enqueue(tx, job, payload, meta));
      store.queues.wakeRelay();
      return id;
    },
    ended: (runId) =>
      until(`the end of run ${runId}`, async () => {
        const run = await findRun(store.postgres, runId);
        return run && ['done', 'failed', 'cancelled'].includes(run.state) && run;
      }),
    lineOf: async (runId) => {
      const run = await store.postgres
        .selectFrom('runs')
        .select('line')
        .where('id', '=', runId)
        .executeTakeFirstOrThrow();
      return run.line;
    },
    tries: async (label) =>
      (await readFile(file, 'utf8')).split('\n').filter((line) => line === label).length,
    close: async () => {
      await workers.close();
      await relay.close();
    },
  };
}
