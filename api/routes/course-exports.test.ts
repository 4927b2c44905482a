import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import {
  courseExportKeyOf,
  findCourseState,
  finishCourseExport,
} from '@lectern/db/postgres/course-exports';
import { newId } from '@lectern/db/postgres/new-id';
import { freshApi } from '../testing/fresh-api.ts';
import { addNode, freshSnapshots } from '../testing/fresh-snapshots.ts';

const api = await freshApi();
const { postgres, objects } = api.store;
const content = Buffer.from('{"format":"lectern.course"}');

async function startExport() {
  const course = await freshSnapshots(api);
  const { owner, courseId, url } = course;
  const ask = (format = 'json', who = owner) => who.call('GET', `${url}/export?format=${format}`);
  /** Does what the worker does at its end. */
  const finish = async (exportId: string) => {
    const state = (await findCourseState(postgres, courseId)) ?? '';
    const asked = { id: exportId, user_id: owner.userId, format: 'json' } as const;
    const objectKey = courseExportKeyOf(asked, state);
    await objects.write(objectKey, Readable.from([content]));
    const file = { exportId, objectKey, sizeBytes: content.length };
    await postgres.transaction().execute((tx) => finishCourseExport(tx, file));
    await postgres
      .updateTable('runs')
      .set({ state: 'done' })
      .where('subject', '=', exportId)
      .execute();
  };
  const countRuns = async () => {
    const rows = await postgres
      .selectFrom('runs')
      .select('id')
      .where('job', '=', 'course.export')
      .where('owner', '=', owner.userId)
      .execute();
    return rows.length;
  };
  /** An export that is ready, with its link. */
  const ready = async () => {
    const { id } = (await ask()).json();
    await finish(id);
    const answer = (await ask()).json();
    return { id: String(id), link: String(answer.url) };
  };
  return { ...course, ask, finish, countRuns, ready };
}

const stranger = await api.logIn();
/** As somebody with the link and nothing else does. */
const download = (link: string, headers = {}) =>
  api.app.inject({ method: 'GET', url: link, headers });

test('it is begun once, answers 202 until it is written, and then gives the file', async () => {
  const { ask, finish, countRuns, url } = await startExport();
  const first = await ask();
  assert.equal(first.statusCode, 202, first.body);
  const { id, status } = first.json();
  assert.equal(status, 'queued');
  assert.equal(first.headers.location, `${url}/exports/${id}`);
  assert.equal((await ask()).json().id, id);
  assert.equal(await countRuns(), 1);
  await finish(id);
  const ready = await ask();
  assert.equal(ready.statusCode, 200);
  assert.deepEqual(
    [ready.json().id, ready.json().status, ready.json().size],
    [id, 'ready', content.length],
  );
  const file = await download(ready.json().url);
  assert.equal(file.statusCode, 200);
  assert.deepEqual(file.rawPayload, content);
  assert.equal(file.headers['content-type'], 'application/json');
  assert.match(String(file.headers['content-disposition']), /^attachment;.*A%20course\.json/);
  assert.equal(file.headers['x-content-type-options'], 'nosniff');
  const part = await download(ready.json().url, { range: 'bytes=0-3' });
  assert.deepEqual([part.statusCode, part.body], [206, '{"fo']);
});

test('a course that changed is written anew, another format by itself', async () => {
  const { ask, ready, edit, countRuns, owner, url } = await startExport();
  const { id } = await ready();
  assert.equal((await ask()).json().id, id);
  await edit(addNode('a'));
  const afterEdit = await ask();
  assert.equal(afterEdit.statusCode, 202);
  assert.notEqual(afterEdit.json().id, id);
  assert.equal((await ask('html')).json().format, 'html');
  assert.equal(await countRuns(), 3);
  const refused = await owner.call('GET', `${url}/export?format=docx`);
  assert.equal(refused.statusCode, 400);
});

test('a link that is not whole, or has run out, opens nothing', async () => {
  const { ready } = await startExport();
  const [one, other] = [await ready(), await (await startExport()).ready()];
  const [path = '', query = ''] = one.link.split('?');
  const [otherPath = ''] = other.link.split('?');
  const past = query.replace(/expires=\d+/, 'expires=1');
  const over = api.store.access.signLink(path, new Date(Date.now() - 1_000));
  const links = [
    over,
    `${otherPath}?${query}`,
    `${path}?${past}`,
    one.link.slice(0, -4),
    `/v1/course-exports/${newId()}/file?${query}`,
  ];
  for (const link of links) {
    const answer = await download(link);
    assert.deepEqual([answer.statusCode, answer.json().code], [410, 'link_expired'], link);
  }
  assert.equal((await download(one.link)).statusCode, 200);
});

test('whose role is gone has a link that opens nothing any more', async () => {
  const { ready, owner, url, addMember } = await startExport();
  const { link } = await ready();
  const next = await addMember('owner');
  assert.equal((await download(link)).statusCode, 200);
  const left = await next.call('DELETE', `${url}/members/${owner.userId}`);
  assert.ok(left.statusCode < 300, left.body);
  assert.equal((await download(link)).statusCode, 410);
});

test('a link opens nothing while its course is deleted, or its owner may only learn', async () => {
  const { ready, owner, courseId, url, addMember } = await startExport();
  const { link } = await ready();
  await addMember('owner');
  assert.equal((await owner.call('DELETE', url)).statusCode, 204);
  assert.equal((await download(link)).statusCode, 410);
  assert.equal((await owner.call('POST', `${url}/restore`)).statusCode, 200);
  assert.equal((await download(link)).statusCode, 200);
  const become = (role: 'commenter' | 'learner') =>
    postgres
      .updateTable('course_members')
      .set({ role })
      .where('course_id', '=', courseId)
      .where('user_id', '=', owner.userId)
      .execute();
  await become('learner');
  assert.equal((await download(link)).statusCode, 410);
  await become('commenter');
  assert.equal((await download(link)).statusCode, 200);
});

test('learners and strangers take nothing out, and nobody sees the export of another', async () => {
  const { ask, ready, url, addMember } = await startExport();
  const { id } = await ready();
  const [learner, editor] = [await addMember('learner'), await addMember('editor')];
  assert.equal((await ask('json', learner)).statusCode, 403);
  assert.equal((await ask('json', stranger)).statusCode, 404);
  const shown = await editor.call('GET', `${url}/exports/${id}`);
  assert.equal(shown.statusCode, 404);
  assert.notEqual((await ask('json', editor)).json().id, id);
});

test('an export that failed says why, and may be asked for again', async () => {
  const { ask, owner, url } = await startExport();
  const { id } = (await ask()).json();
  await postgres
    .updateTable('runs')
    .set({
      state: 'failed',
      error: JSON.stringify({ code: 'disk_full', message: 'There is no room.' }),
    })
    .where('subject', '=', id)
    .execute();
  const shown = (await owner.call('GET', `${url}/exports/${id}`)).json();
  assert.deepEqual(
    [shown.status, shown.error],
    ['failed', { code: 'disk_full', message: 'There is no room.' }],
  );
  assert.notEqual((await ask()).json().id, id);
});
