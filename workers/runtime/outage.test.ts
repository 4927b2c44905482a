import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readConfig } from '@lectern/db/config';
import { open, type Store } from '@lectern/db/open';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { findRun } from '@lectern/db/postgres/runs';
import { startRelay } from '@lectern/db/queue/relay';
import { testRedisUrl } from '@lectern/db/testing/fresh-redis';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { openServerProxy } from '@lectern/db/testing/server-proxy';
import { until } from '@lectern/db/testing/until';
import { registry, tryOut } from '../testing/registry.ts';
import { runWorkers } from './run-workers.ts';

for (const queue of ['postgres', 'redis'] as const) {
  const skip =
    queue === 'redis' && testRedisUrl === undefined && 'this machine has no redis-server';

  describe(`servers that were away, on ${queue}`, { skip }, () => {
    const addTo = async (store: Store) => {
      const file = join(store.config.dataDir, 'tries.txt');
      await writeFile(file, '');
      return await store.postgres
        .transaction()
        .execute((tx) => enqueue(tx, tryOut, { file, label: newId(), act: 'work' }));
    };
    const done = (store: Store, id: string) =>
      until(`the end of run ${id}`, async () => {
        const run = await findRun(store.postgres, id);
        return run?.state === 'done' && run;
      });

    test('relay and workers that start while the servers are away begin when they are back', async () => {
      const env = await freshEnv({ queue });
      const direct = open(readConfig(env, null), 'direct');
      await using database = await openServerProxy(env['DATABASE_URL'] ?? '');
      await using redis = await openServerProxy(env['QUEUE_URL'] ?? env['DATABASE_URL'] ?? '');
      const store = open(
        readConfig(
          {
            ...env,
            DATABASE_URL: database.url,
            ...(queue === 'redis' && { QUEUE_URL: redis.url }),
          },
          null,
        ),
        'behind a proxy',
      );
      await database.stop();
      await redis.stop();
      const relay = startRelay(store);
      const workers = runWorkers(store, registry, { registry: '' });
      const first = await addTo(direct);
      await database.start();
      await redis.start();
      await done(direct, first);

      // And once more while they run.
      await database.stop();
      await redis.stop();
      const second = await addTo(direct);
      await database.start();
      await redis.start();
      const run = await done(direct, second);
      assert.equal(run.crashes, 0);
      await workers.close();
      await relay.close();
      await store.close();
      await direct.close();
    });
  });
}
