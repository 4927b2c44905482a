import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { reviveRun } from '@lectern/db/postgres/dead-letters';
import { findRun } from '@lectern/db/postgres/runs';
import { listDeadLetters, retryRuns } from '@lectern/db/postgres/run-lists';
import { until } from '@lectern/db/testing/until';
import { sendOut, tryBriefly, tryOut } from '../testing/registry.ts';
import { type Jobs, startJobs } from '../testing/start-jobs.ts';

/** What becomes of a run whose handler throws, cancels, snoozes, is late or crashes. */
export function testOutcomes(queue: 'postgres' | 'redis', skip: string | false = false): void {
  describe(`outcomes on ${queue}`, { skip }, () => {
    let jobs: Jobs;
    before(async () => {
      jobs = await startJobs(queue);
    });
    after(() => jobs.close());

    test('a handler that throws is tried again, and its first error is forgotten once it succeeds', async () => {
      const label = newId();
      const run = await jobs.ended(await jobs.add({ act: 'throw-once', label }));
      assert.deepEqual([run.state, run.attempts, run.error], ['done', 1, null]);
      assert.equal(await jobs.tries(label), 2);
    });

    test('a handler that always throws becomes a dead letter after its tries, and tells its owner no inner reason', async () => {
      const label = newId();
      const id = await jobs.add({ act: 'throw', label });
      const run = await jobs.ended(id);
      assert.deepEqual([run.state, run.attempts, run.error?.code], ['failed', 3, 'EINNER']);
      assert.doesNotMatch(run.error?.message ?? '', /secret/);
      assert.equal(await jobs.tries(label), 3);
      const letters = await listDeadLetters(jobs.store.postgres, { errorCode: 'EINNER' }, 10);
      assert.deepEqual(
        letters.filter((letter) => letter.id === id).map(({ error }) => error?.message),
        ['secret inner reason'],
      );
    });

    test('a dead letter that is retried runs again from its first try', async () => {
      const label = newId();
      const id = await jobs.add({ act: 'throw', label });
      await jobs.ended(id);
      assert.ok((await retryRuns(jobs.store.postgres, { errorCode: 'EINNER' })) >= 1);
      await until('three more tries', async () => (await jobs.tries(label)) === 6);
      assert.equal((await jobs.ended(id)).state, 'failed');
    });

    test('a run that cancels itself is never tried again and says why', async () => {
      const label = newId();
      const run = await jobs.ended(await jobs.add({ act: 'cancel', label }));
      assert.equal(run.state, 'cancelled');
      assert.deepEqual(run.error, { code: 'not_wanted', message: 'Nobody wants this.' });
      assert.equal(await jobs.tries(label), 1);
    });

    test('a payload that does not fit its contract is cancelled before the handler sees it', async () => {
      const label = newId();
      const id = await jobs.store.postgres.transaction().execute(async (tx) => {
        const runId = await enqueue(tx, tryOut, { file: jobs.file, label, act: 'work' });
        const payload = JSON.stringify({ file: jobs.file, label, act: 7 });
        await tx.updateTable('runs').set({ payload }).where('id', '=', runId).execute();
        return runId;
      });
      const run = await jobs.ended(id);
      assert.deepEqual([run.state, run.error?.code], ['cancelled', 'payload_invalid']);
      assert.equal(await jobs.tries(label), 0);
    });

    test('a snoozed run comes back at its time and the snooze counts as no try', async () => {
      const label = newId();
      const wakeAt = Date.now() + 5_000;
      const run = await jobs.ended(await jobs.add({ act: 'snooze', label, ms: wakeAt }));
      assert.deepEqual([run.state, run.attempts], ['done', 0]);
      assert.ok((run.finished_at?.getTime() ?? 0) >= wakeAt);
      assert.equal(await jobs.tries(label), 2);
    });

    test('a run that is due later waits until then', async () => {
      const runAt = new Date(Date.now() + 800);
      const run = await jobs.ended(await jobs.add({ act: 'work' }, { runAt }));
      assert.ok((run.started_at?.getTime() ?? 0) >= runAt.getTime() - 5);
    });

    test('a handler past its deadline counts as failed, also when it heeds no signal', async () => {
      for (const act of ['work', 'ignore-signal']) {
        const run = await jobs.ended(await jobs.add({ act, ms: 5_000 }, {}, tryBriefly));
        assert.deepEqual([run.state, run.attempts, run.error?.code], ['failed', 3, 'deadline']);
      }
    });

    test('a run that always kills its process becomes a dead letter after 3 crashes, and no neighbour suffers', async () => {
      const label = newId();
      const id = await jobs.store.postgres.transaction().execute(async (tx) => {
        const runId = await enqueue(tx, tryOut, { file: jobs.file, label, act: 'crash' });
        // As if its first worker had vanished with it: from then on it gets a process of its own.
        await tx.updateTable('runs').set({ crashes: 1 }).where('id', '=', runId).execute();
        return runId;
      });
      const neighbours = await Promise.all(
        Array.from({ length: 20 }, () => jobs.add({ act: 'work', ms: 50 })),
      );
      const run = await jobs.ended(id);
      assert.deepEqual([run.state, run.crashes, run.error?.code], ['failed', 3, 'crashed']);
      assert.equal(await jobs.tries(label), 2);
      for (const neighbour of neighbours) {
        const { state, crashes } = await jobs.ended(neighbour);
        assert.deepEqual([state, crashes], ['done', 0]);
      }
    });

    test('a suspect that computes for ever is ended after its deadline, and counted as a crash', async () => {
      const label = newId();
      const id = await jobs.store.postgres.transaction().execute(async (tx) => {
        const runId = await enqueue(tx, tryBriefly, { file: jobs.file, label, act: 'block' });
        await tx.updateTable('runs').set({ crashes: 2 }).where('id', '=', runId).execute();
        return runId;
      });
      const run = await jobs.ended(id);
      assert.deepEqual([run.state, run.crashes, run.error?.code], ['failed', 3, 'crashed']);
      assert.equal(await jobs.tries(label), 1);
    });

    test('an effect with the same key happens once', async () => {
      const key = newId();
      const send = () =>
        jobs.store.postgres
          .transaction()
          .execute((tx) => enqueue(tx, sendOut, { file: jobs.file, key, ms: 1 }));
      await jobs.ended(await send());
      await jobs.ended(await send());
      assert.equal(await jobs.tries(key), 1);
      const effect = await jobs.store.postgres
        .selectFrom('effects')
        .selectAll()
        .where('key', '=', `test:${key}`)
        .executeTakeFirstOrThrow();
      assert.deepEqual([effect.state, effect.result], ['done', 'sent']);
    });

    test('a failed run runs again when an operator revives it, and not by a delivery alone', async () => {
      const { store } = jobs;
      const label = newId();
      const id = await jobs.add({ act: 'throw', label });
      await jobs.ended(id);
      const line = await jobs.lineOf(id);
      const failedJob = () =>
        until('the job failed in the queue', async () => {
          const job = await store.queues.get(tryOut.name).getJob(line);
          return (await job?.isFailed()) && job;
        });
      // As when a worker vanishes between the dead letter and the queue's knowing of it.
      await (await failedJob()).retry();
      await failedJob();
      const refused = await findRun(store.postgres, id);
      assert.deepEqual([refused?.state, await jobs.tries(label)], ['failed', 3]);
      assert.equal(
        (await listDeadLetters(store.postgres, {}, 100)).filter((d) => d.id === id).length,
        1,
      );

      assert.ok(await reviveRun(store.postgres, line));
      await (await failedJob()).retry();
      await until('three more tries', async () => (await jobs.tries(label)) === 6);
      await jobs.ended(id);
    });
  });
}
