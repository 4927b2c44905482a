import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { enqueue, withRun } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { drainRuns, retryRuns } from '@lectern/db/postgres/run-lists';
import { findRun } from '@lectern/db/postgres/runs';
import { reconcile } from '@lectern/db/queue/reconcile';
import { relayLines } from '@lectern/db/queue/relay';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { registry, tryOut } from '../testing/registry.ts';
import { type Jobs, startJobs } from '../testing/start-jobs.ts';
import { runWorkers } from './run-workers.ts';

/** What was committed is delivered, once, to whoever is due, on every backend. */
export function testDelivery(queue: 'postgres' | 'redis', skip: string | false = false): void {
  describe(`delivery on ${queue}`, { skip }, () => {
    let jobs: Jobs;
    before(async () => {
      jobs = await startJobs(queue);
    });
    after(() => jobs.close());

    test('a run that was committed is done once', async () => {
      const label = newId();
      const run = await jobs.ended(await jobs.add({ act: 'work', label }));
      assert.equal(run.state, 'done');
      assert.equal(run.progress, 1);
      assert.ok(run.started_at && run.finished_at);
      assert.equal(await jobs.tries(label), 1);
    });

    test('a transaction that rolls back leaves neither run nor line', async () => {
      let id = '';
      const failing = jobs.store.postgres.transaction().execute(async (tx) => {
        id = await enqueue(tx, tryOut, { file: jobs.file, label: newId(), act: 'work' });
        throw new Error('no');
      });
      await assert.rejects(failing, /^Error: no$/);
      assert.equal(await findRun(jobs.store.postgres, id), undefined);
      const line = await jobs.store.postgres
        .selectFrom('outbox')
        .selectAll()
        .where('run_id', '=', id)
        .execute();
      assert.deepEqual(line, []);
    });

    test('a row, its run and its line are written by one statement or not at all', async () => {
      const userId = newId();
      const email = `${userId}@example.org`;
      const write = () =>
        withRun(
          jobs.store.postgres,
          tryOut,
          { file: jobs.file, label: userId, act: 'work' },
          { subject: userId },
        )
          .insertInto('users')
          .values({ id: userId, email, name: 'A', password_hash: '-', role: 'user' })
          .execute();
      await write();
      await assert.rejects(write(), /duplicate key/);
      const runs = await jobs.store.postgres
        .selectFrom('runs')
        .select('id')
        .where('subject', '=', userId)
        .execute();
      assert.equal(runs.length, 1);
      await jobs.ended(runs[0]?.id ?? '');
    });

    test('of an old and a new delivery of one run, handed over together, one counts', async () => {
      const calm = await freshStore({ queue });
      const tries = join(calm.config.dataDir, 'tries.txt');
      const owner = newId();
      for (let i = 0; i < 10; i++) {
        await calm.postgres
          .transaction()
          .execute((tx) =>
            enqueue(tx, tryOut, { file: tries, label: `${i}`, act: 'work' }, { owner }),
          );
      }
      while ((await relayLines(calm.postgres, calm.queues, 50)) > 0);
      assert.equal(await drainRuns(calm.postgres, { owner }, { code: 'drained', message: '' }), 10);
      assert.equal(await retryRuns(calm.postgres, { owner, states: ['cancelled'] }), 10);
      while ((await relayLines(calm.postgres, calm.queues, 50)) > 0);
      const running = runWorkers(calm, registry, { registry: '' });
      await until('all are done', async () => {
        const runs = await calm.postgres.selectFrom('runs').select('state').execute();
        return runs.every(({ state }) => state === 'done');
      });
      await running.close();
      const lines = (await readFile(tries, 'utf8')).trim().split('\n');
      assert.deepEqual(
        lines.toSorted(),
        Array.from({ length: 10 }, (_, i) => `${i}`),
      );
    });

    test('a delivery whose line no longer counts is dropped', async () => {
      const label = newId();
      const id = await jobs.add({ act: 'work', label }, { runAt: new Date(Date.now() + 3_000) });
      await until('the line is handed over', async () => {
        const lines = await jobs.store.postgres
          .selectFrom('outbox')
          .select('id')
          .where('run_id', '=', id)
          .execute();
        return lines.length === 0;
      });
      await jobs.store.postgres
        .updateTable('runs')
        .set({ line: newId() })
        .where('id', '=', id)
        .execute();
      await jobs.ended(await jobs.add({ act: 'work' }, { runAt: new Date(Date.now() + 4_000) }));
      assert.equal(await jobs.tries(label), 0);
      assert.equal((await findRun(jobs.store.postgres, id))?.state, 'queued');
    });

    test('what the queue has lost is put back', async () => {
      const label = newId();
      const id = await jobs.add(
        { act: 'work', label },
        { runAt: new Date(Date.now() + 3_600_000) },
      );
      const line = await until('the job in the queue', async () => {
        const run = await jobs.store.postgres
          .selectFrom('runs')
          .select('line')
          .where('id', '=', id)
          .executeTakeFirst();
        return (await jobs.store.queues.get(tryOut.name).getJob(run?.line ?? ''))
          ? run?.line
          : undefined;
      });
      const old = new Date(Date.now() - 120_000);
      await jobs.store.postgres
        .updateTable('runs')
        .set({ created_at: old, run_at: old })
        .where('id', '=', id)
        .execute();
      await reconcile(jobs.store.postgres, jobs.store.queues, jobs.store.log);
      assert.equal(await jobs.lineOf(id), line, 'the queue still knows it');
      await (await jobs.store.queues.get(tryOut.name).getJob(line))?.remove();
      await reconcile(jobs.store.postgres, jobs.store.queues, jobs.store.log);
      assert.notEqual(await jobs.lineOf(id), line, 'it has a new line');
      assert.equal((await jobs.ended(id)).state, 'done');
      assert.equal(await jobs.tries(label), 1);
    });

    test('drained runs are cancelled and never delivered', async () => {
      const label = newId();
      const owner = newId();
      const id = await jobs.add(
        { act: 'work', label },
        { owner, runAt: new Date(Date.now() + 3_000) },
      );
      const error = { code: 'drained', message: 'Removed.' };
      assert.equal(await drainRuns(jobs.store.postgres, { owner }, error), 1);
      await jobs.ended(await jobs.add({ act: 'work' }, { runAt: new Date(Date.now() + 4_000) }));
      assert.equal(await jobs.tries(label), 0);
      assert.deepEqual((await findRun(jobs.store.postgres, id))?.error, error);
    });

    test('an owner with hundreds waiting does not stop another', async () => {
      const calm = await freshStore({ queue });
      const order = join(calm.config.dataDir, 'order.txt');
      const put = (owner: string) =>
        calm.postgres
          .transaction()
          .execute((tx) =>
            enqueue(tx, tryOut, { file: order, label: owner, act: 'work' }, { owner }),
          );
      const [greedy, modest] = [newId(), newId()];
      for (let i = 0; i < 100; i++) await put(greedy);
      await relayLines(calm.postgres, calm.queues, 60);
      await put(modest);
      while ((await relayLines(calm.postgres, calm.queues, 60)) > 0);

      const oneByOne = registry.map((worker) => Object.assign({}, worker, { concurrency: 1 }));
      const running = runWorkers(calm, oneByOne, { registry: '' });
      const labels = await until('all 101 runs', async () => {
        const lines = (await readFile(order, 'utf8').catch(() => '')).trim().split('\n');
        return lines.length === 101 && lines;
      });
      await running.close();
      assert.ok(
        labels.indexOf(modest) <= 1,
        `the modest owner came ${labels.indexOf(modest) + 1}th`,
      );
    });

    test('an owner whose jobs hold every place does not stop another, and gets no place more', async () => {
      const calm = await freshStore({ queue });
      const file = join(calm.config.dataDir, 'order.txt');
      const put = async (owner: string, act: string) => {
        const id = await calm.postgres
          .transaction()
          .execute((tx) => enqueue(tx, tryOut, { file, label: owner, act }, { owner }));
        while ((await relayLines(calm.postgres, calm.queues, 60)) > 0);
        return id;
      };
      const states = (ids: string[]) =>
        Promise.all(ids.map(async (id) => (await findRun(calm.postgres, id))?.state));
      const all = (state: string, ids: string[]) =>
        until(`${ids.length} runs to be ${state}`, async () =>
          (await states(ids)).every((one) => one === state),
        );
      const [greedy, modest] = [newId(), newId()];
      const twoPlaces = registry.map((worker) => Object.assign({}, worker, { concurrency: 2 }));
      const running = runWorkers(calm, twoPlaces, { registry: '' });
      const holding = [await put(greedy, 'hold'), await put(greedy, 'hold')];
      await all('running', holding);
      const waiting = [await put(greedy, 'work'), await put(greedy, 'work')];
      await all('done', [await put(modest, 'work')]);
      assert.deepEqual(await states(waiting), ['queued', 'queued']);
      await writeFile(`${file}.go`, '');
      await all('done', [...holding, ...waiting]);
      await running.close();
    });
  });
}
