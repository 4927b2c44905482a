import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listAudit } from '@lectern/db/postgres/audit';
import { purgeCourse } from '@lectern/db/postgres/course-life';
import { type Caller, formOf, freshApi, makeCourse } from '../testing/fresh-api.ts';

async function fresh() {
  const api = await freshApi();
  const me = await api.logIn();
  const id = await makeCourse(me, 'Tides');
  const url = `/v1/courses/${id}`;
  const patch = (body: object, tag: string | undefined, who: Caller = me) =>
    who.call('PATCH', url, { body, headers: tag === undefined ? {} : { 'if-match': tag } });
  const audit = async () => {
    const entries = await listAudit(api.store.postgres, { subjectId: id, limit: 100 });
    return entries.map(({ action }) => action);
  };
  return { ...api, me, id, url, patch, audit };
}

test('a course is changed by whoever knows how it is now, field by field', async () => {
  const { me, url, patch, store, id } = await fresh();
  const before = await me.call('GET', url);
  const changed = await patch({ title: 'Ebb', tags: ['sea'] }, String(before.headers.etag));
  assert.equal(changed.statusCode, 200);
  const expected = { ...before.json(), title: 'Ebb', tags: ['sea'], version: 2 };
  const { updatedAt, ...rest } = changed.json();
  assert.ok(updatedAt >= before.json().updatedAt);
  assert.deepEqual({ ...rest, updatedAt: before.json().updatedAt }, expected);
  assert.equal(changed.headers.etag, '"2"');
  assert.deepEqual((await me.call('GET', url)).json(), changed.json());
  const [entry] = await listAudit(store.postgres, { action: 'course.update', limit: 9 });
  assert.equal(entry?.subject_id, id);
  assert.deepEqual(entry.before, { title: 'Tides', tags: [] });
  assert.deepEqual(entry.after, { title: 'Ebb', tags: ['sea'] });
});

test('a change of what was changed meanwhile is refused with what it is now', async () => {
  const { me, url, patch } = await fresh();
  await patch({ title: 'First' }, '"1"');
  for (const tag of ['"1"', '"7"', '"1", "9"', '2', 'W/"2"', '""']) {
    const answer = await patch({ title: 'Second' }, tag);
    assert.deepEqual([answer.statusCode, answer.json().code], [412, 'version_conflict'], tag);
    assert.equal(answer.json().current.title, 'First');
  }
  const missing = await patch({ title: 'Second' }, undefined);
  assert.deepEqual([missing.statusCode, missing.json().code], [428, 'if_match_missing']);
  assert.equal((await me.call('GET', url)).json().title, 'First');
  assert.equal((await patch({ title: 'Second' }, '"1", "2"')).statusCode, 200);
  assert.equal((await patch({ title: 'Third' }, '*')).json().version, 4);
});

test('of two who change the same version at once one does', async () => {
  const { patch } = await fresh();
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => patch({ title: `Title ${i}` }, '"1"')),
  );
  const statuses = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b);
  assert.deepEqual(statuses, [200, ...Array(7).fill(412)]);
});

test('what changes nothing makes no version and no entry', async () => {
  const { patch, audit } = await fresh();
  assert.equal((await patch({}, '"1"')).json().version, 1);
  assert.equal((await patch({ title: 'Tides' }, '"1"')).json().version, 1);
  assert.deepEqual(await audit(), ['course.create']);
});

test('fields that are not the asker’s to change are refused, and nothing changes', async () => {
  const { me, url, patch } = await fresh();
  const before = (await me.call('GET', url)).json();
  for (const body of [
    { ownerId: me.userId },
    { status: 'published' },
    { version: 9 },
    { id: 'x' },
  ]) {
    assert.equal((await patch(body, '"1"')).statusCode, 400, JSON.stringify(body));
  }
  for (const body of [{ title: '' }, { title: 'a\nb' }, { title: 'x'.repeat(10_000) }]) {
    assert.equal((await patch(body, '"1"')).statusCode, 400);
  }
  assert.deepEqual((await me.call('GET', url)).json(), before);
});

test('a deleted course is seen by nobody, and comes back whole', async () => {
  const { me, logIn, url, id, patch, audit } = await fresh();
  const admin = await logIn('admin');
  const form = formOf([{ name: 'a.txt', content: 'zebra words' }]);
  const upload = { body: form.body, headers: form.headers };
  const [material] = (await me.call('POST', `${url}/materials`, upload)).json().items;
  const before = (await me.call('GET', url)).json();
  assert.equal((await me.call('DELETE', url)).statusCode, 204);
  const gone = [url, `${url}/materials`, `${url}/members`, `/v1/materials/${material.id}`];
  for (const caller of [me, admin]) {
    for (const address of gone) assert.equal((await caller.call('GET', address)).statusCode, 404);
    assert.deepEqual((await caller.call('GET', '/v1/courses')).json().items, []);
  }
  assert.equal((await patch({ title: 'x' }, '*')).statusCode, 404);
  assert.equal((await me.call('DELETE', url)).statusCode, 404);
  assert.equal((await me.call('POST', `${url}/materials`, upload)).statusCode, 404);

  const stranger = await logIn();
  assert.equal((await stranger.call('POST', `${url}/restore`)).statusCode, 404);
  const back = await me.call('POST', `${url}/restore`);
  assert.deepEqual([back.statusCode, back.json()], [200, before]);
  assert.equal((await me.call('GET', `/v1/materials/${material.id}`)).statusCode, 200);
  assert.equal((await me.call('POST', `${url}/restore`)).statusCode, 404);
  assert.deepEqual(await audit(), ['course.restore', 'course.delete', 'course.create']);
  assert.equal((await me.call('GET', `/v1/courses/${id}`)).statusCode, 200);
});

test('after 30 days nobody brings it back, and it is removed with what is in it', async () => {
  const { me, url, store } = await fresh();
  const kept = await makeCourse(me, 'Kept');
  const form = formOf([{ name: 'a.txt', content: 'words' }]);
  await me.call('POST', `${url}/materials`, { body: form.body, headers: form.headers });
  await me.call('DELETE', url);
  await me.call('DELETE', `/v1/courses/${kept}`);
  const purge = () => store.postgres.transaction().execute(purgeCourse);
  assert.equal(await purge(), undefined);
  const longAgo = new Date(Date.now() - 31 * 24 * 3_600_000);
  await store.postgres
    .updateTable('courses')
    .set({ deleted_at: longAgo })
    .where('title', '=', 'Tides')
    .execute();
  assert.equal((await me.call('POST', `${url}/restore`)).statusCode, 404);
  assert.equal(url.endsWith(String(await purge())), true);
  assert.equal(await purge(), undefined);
  const count = async (table: 'materials' | 'runs' | 'outbox' | 'courses') =>
    (await store.postgres.selectFrom(table).select('id').execute()).length;
  assert.deepEqual(
    [await count('materials'), await count('runs'), await count('outbox')],
    [0, 0, 0],
  );
  assert.equal(await count('courses'), 1);
});
