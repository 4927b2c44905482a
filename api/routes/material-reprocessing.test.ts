import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { indexMaterial } from '@lectern/db/jobs/indexing';
import { replaceScans } from '@lectern/db/postgres/scans';
import type { RunState } from '@lectern/db/postgres/job-tables';
import { freshCourse } from '../testing/fresh-course.ts';

async function begin() {
  const course = await freshCourse();
  const answer = await course.upload([{ name: 'tides.txt', content: 'Words about tides.' }]);
  const [item] = answer.json<{ items: { id: string }[] }>().items;
  assert.ok(item);
  const { id } = item;
  const { postgres } = course.store;
  const end = (state: RunState, error: object | null = null) =>
    postgres
      .updateTable('runs')
      .set({
        state,
        started_at: new Date(),
        finished_at: state === 'running' ? null : new Date(),
        error: error === null ? null : JSON.stringify(error),
      })
      .where('subject', '=', id)
      .where('state', 'in', ['queued', 'running'])
      .execute();
  const reprocess = (body?: object) =>
    course.me.call('POST', `/v1/materials/${id}/reprocess`, body === undefined ? {} : { body });
  const open = () =>
    postgres
      .selectFrom('runs')
      .innerJoin('outbox', 'outbox.run_id', 'runs.id')
      .select(['runs.job', 'runs.owner'])
      .where('subject', '=', id)
      .where('state', '=', 'queued')
      .execute();
  return { ...course, id, end, reprocess, open };
}

test('work on a material begins again from its first stage, and the log says who wanted it', async () => {
  const { id, end, reprocess, open, me, store } = await begin();
  await end('done');
  const answer = await reprocess();
  assert.equal(answer.statusCode, 202);
  assert.equal(answer.headers.location, `/v1/materials/${id}`);
  const { status, stages } = answer.json();
  assert.equal(status, 'queued');
  assert.deepEqual(
    stages.map((stage: { status: string }) => stage.status),
    ['waiting', 'waiting', 'waiting'],
  );
  const runs = await open();
  assert.deepEqual(
    runs.map(({ job, owner }) => [job, owner]),
    [['material.extract', me.userId]],
  );
  const log = await store.postgres
    .selectFrom('audit_log')
    .select(['actor_id', 'subject_id', 'after'])
    .where('action', '=', 'material.reprocess')
    .execute();
  const after = { only: 'all', stages: ['extract'] };
  assert.deepEqual(log, [{ actor_id: me.userId, subject_id: id, after }]);
});

test('one that is being worked on is left alone', async () => {
  const { end, reprocess, open } = await begin();
  const busy = await reprocess();
  assert.deepEqual([busy.statusCode, busy.json().code], [409, 'material_busy']);
  assert.equal(busy.headers['retry-after'], '5');
  await end('running');
  assert.equal((await reprocess({ only: 'failed' })).statusCode, 409);
  await end('done');
  const answers = await Promise.all([reprocess(), reprocess(), reprocess()]);
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [202, 409, 409],
  );
  assert.equal((await open()).length, 1);
});

test('of what failed only that begins again, and without a failure nothing', async () => {
  const { id, end, reprocess, open, store } = await begin();
  await end('done');
  const next = (job: typeof indexMaterial) =>
    store.postgres
      .transaction()
      .execute((tx) => enqueue(tx, job, { materialId: id }, { subject: id }));
  await next(indexMaterial);
  await end('failed', { code: 'x', message: 'It failed.' });
  const answer = await reprocess({ only: 'failed' });
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(
    answer.json().stages.map((stage: { status: string }) => stage.status),
    ['done', 'waiting', 'waiting'],
  );
  assert.deepEqual(
    (await open()).map(({ job }) => job),
    ['material.index'],
  );
  await end('done');
  const missing = await reprocess({ only: 'failed' });
  assert.equal(missing.statusCode, 202, 'the analysis never began');
  await end('done');
  const nothing = await reprocess({ only: 'failed' });
  assert.deepEqual([nothing.statusCode, nothing.json().status], [200, 'ready']);
  assert.deepEqual(await open(), []);
});

test('pages that were read from pictures are read again when all is, and only then', async () => {
  const { id, end, reprocess, store } = await begin();
  await store.postgres.transaction().execute(async (tx) => {
    const scan = { number: 1_500, place: { page: 1 }, why: 'no_text', object_key: null } as const;
    await replaceScans(tx, id, [scan]);
    await tx.updateTable('scans').set({ done_at: new Date() }).execute();
  });
  const scans = () => store.postgres.selectFrom('scans').select('done_at').execute();
  await end('failed', { code: 'x', message: 'It failed.' });
  await reprocess({ only: 'failed' });
  assert.notEqual((await scans())[0]?.done_at, null);
  await end('failed', { code: 'x', message: 'It failed.' });
  await reprocess({ only: 'all' });
  assert.equal((await scans())[0]?.done_at, null);
});

test('what is asked for is checked', async () => {
  const { reprocess } = await begin();
  for (const body of [{ only: 'some' }, { all: true }]) {
    assert.equal((await reprocess(body)).statusCode, 400);
  }
});
