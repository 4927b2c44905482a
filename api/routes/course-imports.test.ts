import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { courseImportKeyOf } from '@lectern/db/postgres/course-imports';
import { formOf, freshApi } from '../testing/fresh-api.ts';

const api = await freshApi();
const { postgres, objects } = api.store;

async function freshImporter() {
  const me = await api.logIn();
  const bring = (body: Buffer | string, headers: Record<string, string>) =>
    me.call('POST', '/v1/courses/import', { body: Buffer.from(body), headers });
  const bringForm = (files: Parameters<typeof formOf>[0], more: Record<string, string> = {}) => {
    const { body, headers } = formOf(files);
    return bring(body, { ...headers, ...more });
  };
  const list = () =>
    postgres
      .selectFrom('course_imports')
      .select(['id', 'file_name', 'size_bytes', 'object_key'])
      .where('user_id', '=', me.userId)
      .orderBy('id')
      .execute();
  const listFiles = async () => {
    const keys: string[] = [];
    for await (const { key } of objects.list(`imports/${me.userId}/`)) keys.push(key);
    return keys;
  };
  return { me, bring, bringForm, list, listFiles };
}

const outline = '# Tides\n### Ebb\n';

test('a file is kept whole and a worker is asked to read it', async () => {
  const { me, bringForm, list } = await freshImporter();
  const answer = await bringForm([{ name: 'Приливы.md', content: outline }]);
  assert.equal(answer.statusCode, 202, answer.body);
  const { id, createdAt: _createdAt, ...shown } = answer.json();
  assert.equal(answer.headers.location, `/v1/imports/${id}`);
  const size = outline.length;
  assert.deepEqual(shown, { fileName: 'Приливы.md', size, status: 'queued', progress: 0 });
  const [row, ...others] = await list();
  assert.deepEqual([row?.id, row?.file_name, others.length], [id, 'Приливы.md', 0]);
  const key = courseImportKeyOf({ id, userId: me.userId });
  assert.equal((await buffer(await objects.read(key))).toString(), outline);
  const runs = await postgres
    .selectFrom('runs')
    .select(['job', 'payload', 'owner'])
    .where('subject', '=', id)
    .execute();
  assert.deepEqual(runs, [{ job: 'course.import', payload: { importId: id }, owner: me.userId }]);
  assert.equal((await me.call('GET', `/v1/imports/${id}`)).json().id, id);
});

test('the body itself is taken as well, as what its type says', async () => {
  const { bring, list } = await freshImporter();
  const json = await bring('[{"title":"T","nodes":[]}]', { 'content-type': 'application/json' });
  assert.equal(json.statusCode, 202, json.body);
  const text = await bring(outline, { 'content-type': 'text/markdown; charset=utf-8' });
  assert.equal(text.statusCode, 202, text.body);
  const names = (await list()).map(({ file_name }) => file_name);
  assert.deepEqual(names, ['course.json', 'course.md']);
});

test('a file over megabytes comes through as it is', async () => {
  const { me, bring } = await freshImporter();
  const large = Buffer.alloc(5_000_001, 'x');
  const answer = await bring(large, { 'content-type': 'text/markdown' });
  assert.equal(answer.statusCode, 202, answer.body);
  const key = courseImportKeyOf({ id: answer.json().id, userId: me.userId });
  assert.ok(large.equals(await buffer(await objects.read(key))));
});

test('what is no file, several, or empty, is refused and leaves nothing', async () => {
  const { bring, bringForm, list, listFiles } = await freshImporter();
  const file = { name: 'a.md', content: outline };
  const refusals = [
    [await bringForm([]), 422, 'file_missing'],
    [await bringForm([file, { ...file, name: 'b.md' }]), 422, 'too_many_files'],
    [await bringForm([{ name: 'a.md', content: '' }]), 422, 'file_empty'],
    [await bring('', { 'content-type': 'application/json' }), 422, 'file_empty'],
    [await bring(outline, { 'content-type': 'image/png' }), 415, 'unsupported_media_type'],
  ] as const;
  for (const [answer, status, code] of refusals) {
    assert.deepEqual([answer.statusCode, answer.json().code], [status, code], answer.body);
  }
  assert.deepEqual(await list(), []);
  assert.deepEqual(await listFiles(), []);
});

test('a request that comes again is one import; the same key for another file is refused', async () => {
  const { bringForm, list, listFiles } = await freshImporter();
  const key = { 'idempotency-key': 'import-1' };
  const file = { name: 'a.md', content: outline };
  const first = await bringForm([file], key);
  const again = await bringForm([file], key);
  assert.equal(first.statusCode, 202, first.body);
  assert.deepEqual([again.statusCode, again.json()], [202, first.json()]);
  const other = await bringForm([{ ...file, content: `${outline}more` }], key);
  assert.equal(other.statusCode, 422, other.body);
  assert.equal((await list()).length, 1);
  assert.equal((await listFiles()).length, 1);
});

test('an import is shown to whoever brought it, and to nobody else', async () => {
  const { me, bringForm } = await freshImporter();
  const { id } = (await bringForm([{ name: 'a.md', content: outline }])).json();
  const stranger = await api.logIn();
  assert.equal((await stranger.call('GET', `/v1/imports/${id}`)).statusCode, 404);
  await postgres
    .updateTable('runs')
    .set({
      state: 'cancelled',
      error: JSON.stringify({ code: 'no_course', message: 'There is no course in it.' }),
    })
    .where('subject', '=', id)
    .execute();
  const shown = (await me.call('GET', `/v1/imports/${id}`)).json();
  assert.deepEqual(
    [shown.status, shown.error],
    ['failed', { code: 'no_course', message: 'There is no course in it.' }],
  );
});
