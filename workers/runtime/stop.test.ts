import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { findRun } from '@lectern/db/postgres/runs';
import { startRelay } from '@lectern/db/queue/relay';
import { testRedisUrl } from '@lectern/db/testing/fresh-redis';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { registry, tryOut } from '../testing/registry.ts';
import { runWorkers } from './run-workers.ts';

for (const queue of ['postgres', 'redis'] as const) {
  const skip =
    queue === 'redis' && testRedisUrl === undefined && 'this machine has no redis-server';

  describe(`stopping on ${queue}`, { skip }, () => {
    const begin = async (shutdownMs: number, act: string, ms: number) => {
      const store = await freshStore({ queue, env: { LECTERN_SHUTDOWN_MS: String(shutdownMs) } });
      const file = join(store.config.dataDir, 'tries.txt');
      const relay = startRelay(store);
      const workers = runWorkers(store, registry, { registry: '' });
      const runId = await store.postgres
        .transaction()
        .execute((tx) => enqueue(tx, tryOut, { file, label: 'run', act, ms }));
      store.queues.wakeRelay();
      await until('the run has begun', async () => {
        return (await readFile(file, 'utf8').catch(() => '')) !== '';
      });
      return { store, relay, workers, runId, file };
    };

    test('running work may end, and what comes then is left in the queue', async () => {
      const { store, relay, workers, runId, file } = await begin(30_000, 'work', 700);
      const closing = workers.close();
      const later = await store.postgres
        .transaction()
        .execute((tx) => enqueue(tx, tryOut, { file, label: 'later', act: 'work' }));
      await closing;
      assert.equal((await findRun(store.postgres, runId))?.state, 'done');
      assert.equal((await findRun(store.postgres, later))?.state, 'queued');
      await relay.close();
    });

    for (const act of ['work', 'ignore-signal']) {
      test(`work that takes too long (${act}) goes back, and another worker does it`, async () => {
        const { store, relay, workers, runId, file } = await begin(200, act, 4_000);
        await workers.close();
        const run = await findRun(store.postgres, runId);
        assert.deepEqual([run?.state, run?.attempts, run?.crashes], ['queued', 0, 0]);
        await store.postgres
          .updateTable('runs')
          .set({ payload: JSON.stringify({ file, label: 'run', act: 'none' }) })
          .where('id', '=', runId)
          .execute();
        const others = runWorkers(store, registry, { registry: '' });
        await until('the run is done', async () => {
          return (await findRun(store.postgres, runId))?.state === 'done';
        });
        await others.close();
        await relay.close();
        const { crashes } = (await findRun(store.postgres, runId)) ?? {};
        assert.equal(crashes, 0, 'giving back is no crash');
      });
    }
  });
}
