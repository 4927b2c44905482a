import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testRedisUrl } from '@lectern/db/testing/fresh-redis';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { extractMaterial } from '@lectern/db/jobs/extract';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { findRun } from '@lectern/db/postgres/runs';
import { newId } from '@lectern/db/postgres/new-id';
import { buildOperations } from './app.ts';

const root = '/ops/queues/api/queues/material.extract';

for (const kind of ['postgres', 'redis'] as const) {
  const skip = kind === 'redis' && testRedisUrl === undefined && 'this machine has no redis-server';
  test(`the board on ${kind}`, { skip }, async (t) => {
    const store = await freshStore({ queue: kind });
    const app = buildOperations(store);
    after(() => app.close());
    const queue = store.queues.get('material.extract');
    const { token } = await logInAs(store, 'operator');
    const headers = { authorization: `Bearer ${token}` };

    async function addJob(options: { delay?: number } = {}) {
      const jobId = newId();
      await queue.add('material.extract', { runId: newId() }, { jobId, ...options });
      return jobId;
    }
    async function failNext(reason: string) {
      const worker = store.queues.backend.makeWorker(
        'material.extract',
        async () => {
          throw new Error(reason);
        },
        {},
      );
      const { promise, resolve } = Promise.withResolvers<void>();
      worker.on('error', () => undefined);
      worker.on('failed', () => resolve());
      await promise;
      await worker.close();
    }
    async function put(path: string, payload?: object) {
      const answer = await app.inject({
        method: 'PUT',
        url: `${root}${path}`,
        headers,
        ...(payload && { payload }),
      });
      return answer.statusCode;
    }

    await t.test('shows a failed job with its error, and tries it again when asked', async () => {
      const jobId = await addJob();
      await failNext('the file is broken');
      const url = `/ops/queues/api/queues?activeQueue=material.extract&status=failed&page=1&jobsPerPage=10`;
      const { queues } = (await app.inject({ url, headers })).json();
      const [shown] = queues.find(({ name }: { name: string }) => name === 'material.extract').jobs;
      assert.equal(shown.id, jobId);
      assert.equal(shown.failedReason, 'the file is broken');
      assert.deepEqual(Object.keys(shown.data), ['runId']);
      const runId = await store.postgres
        .transaction()
        .execute((tx) => enqueue(tx, extractMaterial, { materialId: newId() }));
      const become = (state: 'cancelled' | 'failed') =>
        store.postgres
          .updateTable('runs')
          .set({ state, line: jobId })
          .where('id', '=', runId)
          .execute();
      await become('cancelled');
      assert.equal(await put(`/${jobId}/retry`), 403);
      assert.equal(await put('/retry/failed'), 403);
      await become('failed');
      assert.equal(await put(`/${jobId}/retry`), 204);
      assert.equal(await queue.getJobState(jobId), 'waiting');
      assert.equal((await findRun(store.postgres, runId))?.state, 'queued');
      await queue.remove(jobId);
    });

    await t.test('refuses to make jobs, and to change what one is given', async () => {
      const body = { name: 'material.extract', data: {}, options: {} };
      const url = `${root}/add`;
      const added = await app.inject({ method: 'POST', url, headers, payload: body });
      assert.equal(added.statusCode, 403);
      assert.match(added.body, /through the API/);
      const jobId = await addJob({ delay: 3_600_000 });
      const changed = await app.inject({
        method: 'PATCH',
        url: `${root}/${jobId}/update-data`,
        headers,
        payload: { jobData: { runId: 'other' } },
      });
      assert.equal(changed.statusCode, 403);
      assert.notEqual((await queue.getJob(jobId))?.data.runId, 'other');
      await queue.remove(jobId);
    });

    await t.test('refuses to remove open jobs, alone or many', async () => {
      const jobId = await addJob({ delay: 3_600_000 });
      assert.equal(await put(`/${jobId}/clean`), 403);
      assert.equal(await put('/clean/delayed'), 403);
      assert.equal(await put('/empty'), 403);
      assert.equal(await put('/obliterate', { force: true }), 403);
      assert.equal(await queue.getJobState(jobId), 'delayed');
      assert.equal(await put(`/${jobId}/promote`), 204);
      assert.equal(await queue.getJobState(jobId), 'waiting');
      await queue.remove(jobId);
    });

    await t.test('forgets jobs that have ended', async () => {
      const jobId = await addJob();
      await failNext('no');
      assert.equal(await put(`/${jobId}/clean`), 204);
      assert.equal(await queue.getJobState(jobId), 'unknown');
    });
  });
}
