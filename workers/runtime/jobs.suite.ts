import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { enqueue, type RunMeta, withRun } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { findRun } from '@lectern/db/postgres/runs';
import { drainRuns, listDeadLetters, retryRuns } from '@lectern/db/postgres/run-lists';
import { reconcile } from '@lectern/db/queue/reconcile';
import { relayLines, startRelay } from '@lectern/db/queue/relay';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import { registry, sendOut, tryBriefly, tryOut } from '../testing/registry.ts';
import { runWorkers } from './run-workers.ts';

type Act = { label?: string; act: string; ms?: number };

/** What every backend of the queues must do. */
export function testJobs(queue: 'postgres' | 'redis', skip: string | false = false): void {
  describe(`jobs on ${queue}`, { skip }, () => {
    let store: Store;
    let file: string;
    let workers: { close(): Promise<void> };
    let relay: { close(): Promise<void> };

    before(async () => {
      store = await freshStore({ queue });
      file = join(store.config.dataDir, 'tries.txt');
      await writeFile(file, '');
      relay = startRelay(store);
      workers = runWorkers(store, registry, {
        registry: import.meta.resolve('../testing/registry.ts'),
        timing: { lockMs: 3_000, stallCheckMs: 1_000 },
      });
    });
    after(async () => {
      await workers.close();
      await relay.close();
    });

    const add = async (act: Act, meta: RunMeta = {}, job: typeof tryOut = tryOut) => {
      const payload = { file, label: newId(), ...act };
      const id = await store.postgres
        .transaction()
        .execute((tx) => enqueue(tx, job, payload, meta));
      store.queues.wakeRelay();
      return id;
    };
    const ended = (id: string) =>
      until(`the end of run ${id}`, async () => {
        const run = await findRun(store.postgres, id);
        return run && ['done', 'failed', 'cancelled'].includes(run.state) && run;
      });
    const lineOf = async (id: string) => {
      const run = await store.postgres
        .selectFrom('runs')
        .select('line')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return run.line;
    };
    const tries = async (label: string) =>
      (await readFile(file, 'utf8')).split('\n').filter((line) => line === label).length;

    test('a run that was committed is done once', async () => {
      const label = newId();
      const run = await ended(await add({ act: 'work', label }));
      assert.equal(run.state, 'done');
      assert.equal(run.progress, 1);
      assert.ok(run.started_at && run.finished_at);
      assert.equal(await tries(label), 1);
    });

    test('a transaction that rolls back leaves neither run nor line', async () => {
      let id = '';
      const failing = store.postgres.transaction().execute(async (tx) => {
        id = await enqueue(tx, tryOut, { file, label: newId(), act: 'work' });
        throw new Error('no');
      });
      await assert.rejects(failing, /^Error: no$/);
      assert.equal(await findRun(store.postgres, id), undefined);
      const line = await store.postgres
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
        withRun(store.postgres, tryOut, { file, label: userId, act: 'work' }, { subject: userId })
          .insertInto('users')
          .values({ id: userId, email, name: 'A', password_hash: '-', role: 'user' })
          .execute();
      await write();
      await assert.rejects(write(), /duplicate key/);
      const runs = await store.postgres
        .selectFrom('runs')
        .select('id')
        .where('subject', '=', userId)
        .execute();
      assert.equal(runs.length, 1);
      await ended(runs[0]?.id ?? '');
    });

    test('a handler that throws is tried again, and its first error is forgotten once it succeeds', async () => {
      const label = newId();
      const run = await ended(await add({ act: 'throw-once', label }));
      assert.deepEqual([run.state, run.attempts, run.error], ['done', 1, null]);
      assert.equal(await tries(label), 2);
    });

    test('a handler that always throws becomes a dead letter after its tries, and tells its owner no inner reason', async () => {
      const label = newId();
      const id = await add({ act: 'throw', label });
      const run = await ended(id);
      assert.deepEqual([run.state, run.attempts, run.error?.code], ['failed', 3, 'EINNER']);
      assert.doesNotMatch(run.error?.message ?? '', /secret/);
      assert.equal(await tries(label), 3);
      const letters = await listDeadLetters(store.postgres, { errorCode: 'EINNER' }, 10);
      assert.deepEqual(
        letters.filter((letter) => letter.id === id).map(({ error }) => error?.message),
        ['secret inner reason'],
      );
    });

    test('a dead letter that is retried runs again from its first try', async () => {
      const label = newId();
      const id = await add({ act: 'throw', label });
      await ended(id);
      assert.ok((await retryRuns(store.postgres, { errorCode: 'EINNER' })) >= 1);
      await until('three more tries', async () => (await tries(label)) === 6);
      assert.equal((await ended(id)).state, 'failed');
    });

    test('a run that cancels itself is never tried again and says why', async () => {
      const label = newId();
      const run = await ended(await add({ act: 'cancel', label }));
      assert.equal(run.state, 'cancelled');
      assert.deepEqual(run.error, { code: 'not_wanted', message: 'Nobody wants this.' });
      assert.equal(await tries(label), 1);
    });

    test('a payload that does not fit its contract is cancelled before the handler sees it', async () => {
      const label = newId();
      const id = await store.postgres.transaction().execute(async (tx) => {
        const runId = await enqueue(tx, tryOut, { file, label, act: 'work' });
        const payload = JSON.stringify({ file, label, act: 7 });
        await tx.updateTable('runs').set({ payload }).where('id', '=', runId).execute();
        return runId;
      });
      const run = await ended(id);
      assert.deepEqual([run.state, run.error?.code], ['cancelled', 'payload_invalid']);
      assert.equal(await tries(label), 0);
    });

    test('a snoozed run comes back at its time and the snooze counts as no try', async () => {
      const label = newId();
      const wakeAt = Date.now() + 5_000;
      const run = await ended(await add({ act: 'snooze', label, ms: wakeAt }));
      assert.deepEqual([run.state, run.attempts], ['done', 0]);
      assert.ok((run.finished_at?.getTime() ?? 0) >= wakeAt);
      assert.equal(await tries(label), 2);
    });

    test('a run that is due later waits until then', async () => {
      const runAt = new Date(Date.now() + 800);
      const run = await ended(await add({ act: 'work' }, { runAt }));
      assert.ok((run.started_at?.getTime() ?? 0) >= runAt.getTime() - 5);
    });

    test('a handler past its deadline counts as failed, also when it heeds no signal', async () => {
      for (const act of ['work', 'ignore-signal']) {
        const run = await ended(await add({ act, ms: 5_000 }, {}, tryBriefly));
        assert.deepEqual([run.state, run.attempts, run.error?.code], ['failed', 3, 'deadline']);
      }
    });

    test('a run that always kills its process becomes a dead letter after 3 crashes, and no neighbour suffers', async () => {
      const label = newId();
      const id = await store.postgres.transaction().execute(async (tx) => {
        const runId = await enqueue(tx, tryOut, { file, label, act: 'crash' });
        // As if its first worker had vanished with it: from then on it gets a process of its own.
        await tx.updateTable('runs').set({ crashes: 1 }).where('id', '=', runId).execute();
        return runId;
      });
      const neighbours = await Promise.all(
        Array.from({ length: 20 }, () => add({ act: 'work', ms: 50 })),
      );
      const run = await ended(id);
      assert.deepEqual([run.state, run.crashes, run.error?.code], ['failed', 3, 'crashed']);
      assert.equal(await tries(label), 2);
      for (const neighbour of neighbours) {
        const { state, crashes } = await ended(neighbour);
        assert.deepEqual([state, crashes], ['done', 0]);
      }
    });

    test('an effect with the same key happens once', async () => {
      const key = newId();
      const send = () =>
        store.postgres.transaction().execute((tx) => enqueue(tx, sendOut, { file, key, ms: 1 }));
      await ended(await send());
      await ended(await send());
      assert.equal(await tries(key), 1);
      const effect = await store.postgres
        .selectFrom('effects')
        .selectAll()
        .where('key', '=', `test:${key}`)
        .executeTakeFirstOrThrow();
      assert.deepEqual([effect.state, effect.result], ['done', 'sent']);
    });

    test('a delivery whose line no longer counts is dropped', async () => {
      const label = newId();
      const id = await add({ act: 'work', label }, { runAt: new Date(Date.now() + 3_000) });
      await until('the line is handed over', async () => {
        const lines = await store.postgres
          .selectFrom('outbox')
          .select('id')
          .where('run_id', '=', id)
          .execute();
        return lines.length === 0;
      });
      await store.postgres
        .updateTable('runs')
        .set({ line: newId() })
        .where('id', '=', id)
        .execute();
      await ended(await add({ act: 'work' }, { runAt: new Date(Date.now() + 4_000) }));
      assert.equal(await tries(label), 0);
      assert.equal((await findRun(store.postgres, id))?.state, 'queued');
    });

    test('what the queue has lost is put back', async () => {
      const label = newId();
      const id = await add({ act: 'work', label }, { runAt: new Date(Date.now() + 3_600_000) });
      const line = await until('the job in the queue', async () => {
        const run = await store.postgres
          .selectFrom('runs')
          .select('line')
          .where('id', '=', id)
          .executeTakeFirst();
        return (await store.queues.get(tryOut.name).getJob(run?.line ?? ''))
          ? run?.line
          : undefined;
      });
      const old = new Date(Date.now() - 120_000);
      await store.postgres
        .updateTable('runs')
        .set({ created_at: old, run_at: old })
        .where('id', '=', id)
        .execute();
      await reconcile(store.postgres, store.queues, store.log);
      assert.equal(await lineOf(id), line, 'the queue still knows it');
      await (await store.queues.get(tryOut.name).getJob(line))?.remove();
      await reconcile(store.postgres, store.queues, store.log);
      assert.notEqual(await lineOf(id), line, 'it has a new line');
      assert.equal((await ended(id)).state, 'done');
      assert.equal(await tries(label), 1);
    });

    test('drained runs are cancelled and never delivered', async () => {
      const label = newId();
      const owner = newId();
      const id = await add({ act: 'work', label }, { owner, runAt: new Date(Date.now() + 3_000) });
      const error = { code: 'drained', message: 'Removed.' };
      assert.equal(await drainRuns(store.postgres, { owner }, error), 1);
      await ended(await add({ act: 'work' }, { runAt: new Date(Date.now() + 4_000) }));
      assert.equal(await tries(label), 0);
      assert.deepEqual((await findRun(store.postgres, id))?.error, error);
    });

    test('a retry from the board runs a failed run again', async () => {
      const label = newId();
      const id = await add({ act: 'throw', label });
      await ended(id);
      const { line } = await store.postgres
        .selectFrom('runs')
        .select('line')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      await until('the job failed in the queue', async () => {
        const job = await store.queues.get(tryOut.name).getJob(line);
        return (await job?.isFailed()) ?? false;
      });
      await (await store.queues.get(tryOut.name).getJob(line))?.retry();
      await until('three more tries', async () => (await tries(label)) === 6);
      await ended(id);
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
  });
}
