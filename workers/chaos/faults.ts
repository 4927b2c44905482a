import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@lectern/db/config';
import { open, type Store } from '@lectern/db/open';
import { enqueue, enqueueMany } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { startRelay } from '@lectern/db/queue/relay';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { sendOut, tryOut, writeDown } from '../testing/registry.ts';
import { type Fleet, startFleet } from '../testing/start-fleet.ts';

type Queue = 'postgres' | 'redis';

/** Workers are killed again and again while jobs with an effect come in: all done, none twice. */
export async function killWorkers(size: {
  queue: Queue;
  jobs: number;
  kills: number;
}): Promise<void> {
  const { queue, jobs, kills } = size;
  await withFleet({ queue, workers: 3 }, async (store, fleet) => {
    const file = join(store.config.dataDir, 'sent.txt');
    const spanMs = kills * 400;
    const killing = (async () => {
      for (let i = 0; i < kills; i++) {
        await sleep(Math.random() * 2 * (spanMs / kills));
        fleet.killOne();
      }
    })();
    const keys: string[] = [];
    for (let i = 0; i < jobs; i++) {
      const key = newId();
      keys.push(key);
      await store.postgres
        .transaction()
        .execute((tx) => enqueue(tx, sendOut, { file, key, ms: 20 }));
      store.queues.wakeRelay();
      await sleep(spanMs / jobs);
    }
    await killing;
    await allEnded(store, jobs);
    assert.deepEqual(await countStates(store), { done: jobs }, 'no job is lost and none failed');
    const sent = (await readFile(file, 'utf8')).trim().split('\n');
    assert.equal(sent.length, new Set(sent).size, 'no effect happened twice');
    const begun = await store.postgres.selectFrom('effects').select('key').execute();
    assert.equal(begun.length, jobs, 'each effect was begun');
  });
}

/** A worker is frozen past its lock and woken: what it then writes must not count. */
export async function freezeWorker({ queue }: { queue: Queue }): Promise<void> {
  await withFleet({ queue, workers: 2 }, async (store, fleet) => {
    const ids = await store.postgres.transaction().execute((tx) =>
      enqueueMany(
        tx,
        writeDown,
        Array.from({ length: 8 }, () => ({ payload: { ms: 1_500 } })),
      ),
    );
    store.queues.wakeRelay();
    await until('all are running', async () => (await countStates(store))['running'] === 8);
    const [frozen] = fleet.workers;
    frozen?.kill('SIGSTOP');
    await allEnded(store, ids.length);
    frozen?.kill('SIGCONT');
    // Its handlers end now and try to write; a run that it can still claim shows that it is done.
    await sleep(3_000);
    const written = await store.postgres.selectFrom('effects').select('key').execute();
    assert.equal(written.length, 8, 'each run has written once');
    const runs = await store.postgres
      .selectFrom('runs')
      .select(['id', 'fence', 'state'])
      .where('id', 'in', ids)
      .execute();
    for (const { id, fence, state } of runs) {
      assert.equal(state, 'done');
      assert.ok(
        written.some(({ key }) => key === `write:${id}:${fence}`),
        'by its last claim',
      );
    }
    assert.ok(
      runs.some(({ fence }) => fence > 1),
      'some runs were taken over',
    );
  });
}

/** A job that always kills its process: a dead letter after 3 crashes, its neighbours done. */
export async function crashAlways(size: { queue: Queue; neighbours: number }): Promise<void> {
  await withFleet({ queue: size.queue, workers: 2 }, async (store) => {
    const file = join(store.config.dataDir, 'tries.txt');
    const run = (label: string, act: string) => ({ payload: { file, label, act, ms: 30 } });
    const [killer] = await store.postgres
      .transaction()
      .execute((tx) =>
        enqueueMany(tx, tryOut, [
          run('killer', 'crash'),
          ...Array.from({ length: size.neighbours }, (_, i) => run(`neighbour ${i}`, 'work')),
        ]),
      );
    store.queues.wakeRelay();
    await allEnded(store, size.neighbours + 1);
    assert.deepEqual(await countStates(store), { done: size.neighbours, failed: 1 });
    const dead = await store.postgres.selectFrom('dead_letters').selectAll().execute();
    assert.deepEqual(
      dead.map(({ run_id, error }) => [run_id, error.code]),
      [[killer, 'crashed']],
    );
    const tries = (await readFile(file, 'utf8')).split('\n');
    assert.equal(tries.filter((line) => line === 'killer').length, 3);
  });
}

async function allEnded(store: Store, jobs: number, limitMs = 180_000): Promise<void> {
  await until(
    `${jobs} runs have ended`,
    async () => {
      const { done = 0, failed = 0, cancelled = 0 } = await countStates(store);
      return done + failed + cancelled === jobs;
    },
    limitMs,
  );
}

async function countStates(store: Store): Promise<Record<string, number>> {
  const rows = await store.postgres
    .selectFrom('runs')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('job', 'like', 'test.%')
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function withFleet(
  { queue, workers }: { queue: Queue; workers: number },
  act: (store: Store, fleet: Fleet) => Promise<void>,
): Promise<void> {
  const env = await freshEnv({ queue });
  const store = open(readConfig(env, null), 'chaos');
  const relay = startRelay(store);
  const fleet = await startFleet(env, workers);
  try {
    await act(store, fleet);
  } finally {
    await fleet.close();
    await relay.close();
    await store.close();
  }
}
