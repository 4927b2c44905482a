import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { makeCourse } from '../testing/fresh-api.ts';
import { freshCourse } from '../testing/fresh-course.ts';
import { countAll } from '../testing/keep-count.ts';

async function begin(count = 4) {
  const course = await freshCourse();
  const { store, me, courseId, upload } = course;
  const names = Array.from({ length: count }, (_, i) => `${i}.txt`);
  const files = names.map((name) => ({ name, content: `Words of ${name}.` }));
  const { items } = (await upload(files)).json<{ items: { id: string }[] }>();
  const ids = items.map(({ id }) => id);
  const bulk = (body: object, to = courseId) =>
    me.call('POST', `/v1/courses/${to}/materials/bulk`, { body });
  const fail = (some: readonly string[]) =>
    store.postgres
      .updateTable('runs')
      .set({
        state: 'failed',
        started_at: new Date(),
        finished_at: new Date(),
        error: '{"code":"x","message":"It failed."}',
      })
      .where('subject', 'in', some)
      .where('state', '=', 'queued')
      .execute();
  const listed = async () => {
    const answer = await me.call('GET', `/v1/courses/${courseId}/materials`);
    return answer.json<{ items: { id: string; status: string }[] }>().items;
  };
  return { ...course, ids, bulk, fail, listed };
}

test('all that failed begins again, and nothing else', async () => {
  const { ids, bulk, fail, listed, store } = await begin();
  await fail(ids.slice(0, 2));
  const answer = await bulk({ action: 'reprocess', only: 'failed', filter: { status: 'failed' } });
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(answer.json(), { matched: 2, done: 2, refused: [], nextCursor: null });
  for (const { status } of await listed()) assert.equal(status, 'queued');
  const log = await store.postgres
    .selectFrom('audit_log')
    .select('subject_id')
    .where('action', '=', 'material.reprocess')
    .execute();
  assert.deepEqual(new Set(log.map(({ subject_id: id }) => id)), new Set(ids.slice(0, 2)));
});

test('each that cannot be done is named with the reason, and the others are done', async () => {
  const { ids, bulk, fail } = await begin(2);
  const [busy = '', failed = ''] = ids;
  await fail([failed]);
  const answer = await bulk({ action: 'reprocess', filter: {} });
  const { matched, done, refused } = answer.json();
  assert.deepEqual([matched, done], [2, 1]);
  assert.deepEqual(
    refused.map(({ id, code }: { id: string; code: string }) => [id, code]),
    [[busy, 'material_busy']],
  );
  assert.match(refused[0].message, /worked on/);
});

test('those named are deleted, of this course alone', async () => {
  const { ids, bulk, listed, me, store } = await begin();
  const elsewhere = await makeCourse(me);
  const [first = '', second = '', ...others] = ids;
  const filter = { ids: [first, second, newId()] };
  const foreign = await bulk({ action: 'delete', filter }, elsewhere);
  assert.deepEqual(foreign.json(), { matched: 0, done: 0, refused: [], nextCursor: null });
  const answer = await bulk({ action: 'delete', filter });
  assert.deepEqual(answer.json(), { matched: 2, done: 2, refused: [], nextCursor: null });
  assert.deepEqual((await listed()).map(({ id }) => id).toSorted(), others.toSorted());
  const removals = await store.postgres
    .selectFrom('runs')
    .select('job')
    .where('job', '=', 'material.remove')
    .execute();
  assert.equal(removals.length, 2);
});

test('more than one page of materials is gone through, and a cursor goes on where one request ended', async () => {
  const { bulk, store, courseId, me, ids } = await begin(1);
  const more = Array.from({ length: 230 }, () => newId()).map((id) => ({
    id,
    course_id: courseId,
    owner_id: me.userId,
    file_name: 'a.txt',
    media_type: 'text/plain',
    kind: 'text' as const,
    size_bytes: 1,
    sha256: id,
    object_key: `materials/${courseId}/${id}/original.txt`,
    language: null,
  }));
  await store.postgres.insertInto('materials').values(more).execute();
  const cursorOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
  const body = { action: 'delete', filter: { kind: 'text' } };
  const answer = await bulk({ ...body, cursor: cursorOf(more[200]?.id ?? '') });
  assert.deepEqual(answer.json(), { matched: 201, done: 201, refused: [], nextCursor: null });
  const rest = await bulk(body);
  assert.deepEqual(rest.json(), { matched: 30, done: 30, refused: [], nextCursor: null });
  assert.equal((await countAll(store)).materials, 0);
  assert.equal(ids.length, 1);
});

test('nothing is deleted where nothing says what', async () => {
  const { bulk, store } = await begin(2);
  const before = await countAll(store);
  const answer = await bulk({ action: 'delete', filter: {} });
  assert.deepEqual([answer.statusCode, answer.json().errors[0].path], [400, 'body.filter']);
  for (const body of [
    { action: 'delete' },
    { action: 'delete', filter: { ids: [] } },
    { action: 'rename', filter: { kind: 'text' } },
    { action: 'delete', filter: { kind: 'text' }, cursor: 'x' },
  ]) {
    assert.equal((await bulk(body)).statusCode, 400, JSON.stringify(body));
  }
  assert.deepEqual(await countAll(store), before);
});
