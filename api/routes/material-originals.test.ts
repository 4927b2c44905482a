import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { replaceChunks } from '@lectern/db/postgres/chunks';
import { addPages } from '@lectern/db/postgres/pages';
import { claimRuns } from '@lectern/db/postgres/runs';
import { endRun, StaleRun } from '@lectern/db/queue/end-run';
import { type Caller, formOf, type FormFile } from '../testing/fresh-api.ts';
import { freshCourse } from '../testing/fresh-course.ts';
import { countAll, listObjects } from '../testing/keep-count.ts';

const first = 'The moon draws the sea.';
const second = '%PDF-1.4\n% The sun draws it too.\n%%EOF\n';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function begin(env: Record<string, string> = {}) {
  const course = await freshCourse(env);
  const add = async (name: string, content: string) => {
    const { body, headers } = formOf([{ name, content }]);
    const url = `/v1/courses/${course.courseId}/materials`;
    const [item] = (await course.me.call('POST', url, { body, headers })).json().items;
    return String(item.id);
  };
  const id = await add('tides.txt', first);
  const replace = (files: readonly FormFile[], more: Record<string, string> = {}, who?: Caller) => {
    const { body, headers } = formOf(files);
    const options = { body, headers: { ...headers, ...more } };
    return (who ?? course.me).call('PUT', `/v1/materials/${id}/original`, options);
  };
  const versions = async () =>
    (await course.me.call('GET', `/v1/materials/${id}/versions`)).json().items;
  return { ...course, id, add, replace, versions };
}

const pdf = { name: 'tides.pdf', content: second };

test('a material has another file, keeps its id, and is read anew', async () => {
  const { id, replace, store, me } = await begin();
  await store.postgres.transaction().execute(async (tx) => {
    await addPages(tx, id, [{ number: 1, text: first, place: {} }]);
    const { course_id: courseId } = await tx
      .selectFrom('materials')
      .select('course_id')
      .executeTakeFirstOrThrow();
    const chunk = { text: first, place: {}, language: 'english' } as const;
    await replaceChunks(tx, { id, courseId }, [chunk]);
  });
  await store.postgres.updateTable('materials').set({ title: 'Old', page_count: 7 }).execute();
  const answer = await replace([pdf]);
  assert.equal(answer.statusCode, 202);
  const material = answer.json();
  assert.deepEqual(
    [material.id, material.fileName, material.kind, material.mediaType, material.size],
    [id, 'tides.pdf', 'document', 'application/pdf', second.length],
  );
  assert.deepEqual([material.sha256, material.status], [sha256(second), 'queued']);
  assert.deepEqual([material.title, material.pages], [undefined, undefined]);
  assert.equal((await me.call('GET', `/v1/materials/${id}/original`)).body, second);
  assert.deepEqual((await me.call('GET', '/v1/search?q=moon')).json().items, []);
  assert.equal((await me.call('GET', `/v1/materials/${id}/text`)).statusCode, 409);
  const runs = await store.postgres
    .selectFrom('runs')
    .select(['job', 'state'])
    .where('subject', '=', id)
    .orderBy('id')
    .execute();
  assert.deepEqual(runs, [
    { job: 'material.extract', state: 'cancelled' },
    { job: 'material.extract', state: 'queued' },
    { job: 'material.thumbnail', state: 'queued' },
  ]);
  const log = await store.postgres
    .selectFrom('audit_log')
    .select(['actor_id', 'before', 'after'])
    .where('action', '=', 'material.replace')
    .executeTakeFirstOrThrow();
  assert.deepEqual(log, {
    actor_id: me.userId,
    before: { sha256: sha256(first), sizeBytes: first.length },
    after: { sha256: sha256(second), sizeBytes: second.length },
  });
});

test('every file that it had is there to be downloaded, with who replaced it and when', async () => {
  const { id, replace, versions, me, logIn, courseId, app, store } = await begin();
  const editor = await logIn();
  const body = { email: `${editor.userId}@example.org`, role: 'editor' };
  await me.call('PUT', `/v1/courses/${courseId}/members`, { body });
  await replace([pdf], {}, editor);
  const third = { name: 'notes.md', content: '# Tides' };
  assert.equal((await replace([third])).statusCode, 202);
  const items = await versions();
  assert.deepEqual(
    items.map((item: Record<string, unknown>) => [
      item['number'],
      item['fileName'],
      item['sha256'],
      item['isCurrent'],
      item['addedBy'],
      item['replacedBy'],
    ]),
    [
      [3, 'notes.md', sha256('# Tides'), true, me.userId, null],
      [2, 'tides.pdf', sha256(second), false, editor.userId, me.userId],
      [1, 'tides.txt', sha256(first), false, me.userId, editor.userId],
    ],
  );
  assert.equal(items[1].addedAt, items[2].replacedAt);
  const read = async (url: string) => {
    const answer = await app.inject({ method: 'GET', url });
    return [answer.statusCode, answer.statusCode === 200 ? answer.body : answer.json().code];
  };
  for (const [i, content] of ['# Tides', second, first].entries()) {
    assert.deepEqual(await read(items[i].url), [200, content]);
  }
  const stolen = items[2].url.replace('/versions/1/', '/versions/2/');
  assert.deepEqual(await read(stolen), [410, 'link_expired']);
  const learner = { email: `${editor.userId}@example.org`, role: 'learner' };
  await me.call('PUT', `/v1/courses/${courseId}/members`, { body: learner });
  assert.equal((await editor.call('GET', `/v1/materials/${id}/versions`)).statusCode, 403);

  const { rows, objects, bytes } = (await me.call('DELETE', `/v1/materials/${id}`)).json();
  const total = first.length + second.length + '# Tides'.length;
  assert.deepEqual([rows, objects, bytes], [3, 3, total]);
  assert.deepEqual(await read(items[2].url), [410, 'link_expired']);
  const left = await store.postgres.selectFrom('material_versions').selectAll().execute();
  assert.deepEqual(left, []);
});

test('a part of an earlier file is sent to those who hold the rest of the same one', async () => {
  const { replace, versions, app } = await begin();
  await replace([pdf]);
  const url: string = (await versions())[1].url;
  const read = async (headers: Record<string, string>) => {
    const answer = await app.inject({ method: 'GET', url, headers });
    return { status: answer.statusCode, body: answer.body, etag: answer.headers.etag };
  };
  const etag = `"${sha256(first)}"`;
  const [range, part] = ['bytes=4-7', first.slice(4, 8)];
  assert.deepEqual(await read({}), { status: 200, body: first, etag });
  assert.deepEqual(await read({ range }), { status: 206, body: part, etag });
  assert.deepEqual(await read({ range, 'if-range': etag }), { status: 206, body: part, etag });
  const other = await read({ range, 'if-range': '"other"' });
  assert.deepEqual(other, { status: 200, body: first, etag });
});

test('the file that it has changes nothing, and one of another material is refused', async () => {
  const { id, add, replace, store, versions } = await begin();
  const other = await add('moon.txt', 'Another text.');
  const before = await countAll(store);
  const same = await replace([{ name: 'other-name.txt', content: first }]);
  assert.deepEqual([same.statusCode, same.json().fileName], [200, 'tides.txt']);
  const known = await replace([{ name: 'a.txt', content: 'Another text.' }]);
  assert.deepEqual([known.statusCode, known.json().code], [409, 'already_here']);
  assert.match(known.json().detail, /“moon\.txt”/);
  assert.equal(known.json().materialId, other);
  assert.deepEqual(await countAll(store), before, 'nothing of either stays');
  assert.equal((await versions()).length, 1);
  const open = await store.postgres
    .selectFrom('runs')
    .select('state')
    .where('subject', '=', id)
    .execute();
  assert.deepEqual(open, [{ state: 'queued' }], 'the work on it goes on');
});

test('what is refused at the door for a new material is refused here', async () => {
  const { replace, store, me, id } = await begin({ LECTERN_MAX_UPLOAD: '1KB' });
  const before = await countAll(store);
  const refused = async (files: readonly FormFile[]) => {
    const answer = await replace(files);
    return [answer.statusCode, answer.json().code];
  };
  assert.deepEqual(await refused([{ name: 'a.txt', content: '' }]), [422, 'file_empty']);
  const large = { name: 'a.txt', content: 'x'.repeat(1_001) };
  assert.deepEqual(await refused([large]), [413, 'file_too_large']);
  const elf = { name: 'a.txt', content: Buffer.from('7f454c4602010100', 'hex') };
  assert.deepEqual(await refused([elf]), [415, 'unsupported_media']);
  assert.deepEqual(await refused([]), [422, 'file_missing']);
  assert.deepEqual(await refused([pdf, { ...pdf, name: 'b.pdf' }]), [422, 'too_many_files']);
  const json = await me.call('PUT', `/v1/materials/${id}/original`, { body: {} });
  assert.equal(json.statusCode, 415);
  assert.deepEqual(await countAll(store), before);
});

test('a quota counts the files that a material had', async () => {
  const { replace, store, me, versions } = await begin({ LECTERN_USER_QUOTA: '100B' });
  assert.equal((await replace([pdf])).statusCode, 202);
  const objects = await listObjects(store.objects);
  const more = { name: 'more.txt', content: 'x'.repeat(60) };
  const answer = await replace([more]);
  assert.deepEqual([answer.statusCode, answer.json().code], [413, 'quota_exceeded']);
  assert.deepEqual(await listObjects(store.objects), objects);
  assert.equal((await versions()).length, 2);
  const { used_bytes: used } = await store.postgres
    .selectFrom('storage_use')
    .select('used_bytes')
    .where('id', '=', me.userId)
    .executeTakeFirstOrThrow();
  assert.equal(used, first.length + second.length);
});

test('a worker that reads the old file writes nothing once there is a new one', async () => {
  const { id, replace, store } = await begin();
  const { postgres } = store;
  const { id: runId, line } = await postgres
    .selectFrom('runs')
    .select(['id', 'line'])
    .where('subject', '=', id)
    .executeTakeFirstOrThrow();
  const [run] = await claimRuns(postgres, [{ runId, line, deadlineMs: 60_000 }]);
  assert.ok(run);
  await replace([pdf]);
  const late = { number: 1, text: 'of the old file', place: {} };
  await assert.rejects(
    endRun(postgres, run, (tx) => addPages(tx, id, [late])),
    StaleRun,
  );
});

test('a material whose file never came has none before this one', async () => {
  const { me, courseId, store } = await begin();
  const imports = `/v1/courses/${courseId}/materials/import`;
  const body = { url: 'https://files.nowhere.org/tides.pdf' };
  const { id } = (await me.call('POST', imports, { body })).json();
  const form = formOf([pdf]);
  const answer = await me.call('PUT', `/v1/materials/${id}/original`, form);
  assert.equal(answer.statusCode, 202);
  const { status, stages, sha256: hash } = answer.json();
  assert.deepEqual([status, stages[0].name, hash], ['queued', 'extract', sha256(second)]);
  const { items } = (await me.call('GET', `/v1/materials/${id}/versions`)).json();
  assert.deepEqual(
    items.map((item: { number: number; isCurrent: boolean }) => [item.number, item.isCurrent]),
    [[1, true]],
  );
  const fetching = await store.postgres
    .selectFrom('runs')
    .select(['state', 'error'])
    .where('subject', '=', id)
    .where('job', '=', 'material.fetch')
    .executeTakeFirstOrThrow();
  assert.deepEqual([fetching.state, fetching.error?.code], ['cancelled', 'material_replaced']);
});

test('of two who replace it at once both come into its history', async () => {
  const { replace, versions } = await begin();
  const answers = await Promise.all([
    replace([pdf]),
    replace([{ name: 'b.txt', content: 'Words of b.' }]),
    replace([{ name: 'c.txt', content: 'Words of c.' }]),
  ]);
  for (const { statusCode } of answers) assert.equal(statusCode, 202);
  const items = await versions();
  assert.equal(new Set(items.map((item: { sha256: string }) => item.sha256)).size, 4);
  assert.equal(items.length, 4);
});

test('who loses the right while the file arrives replaces nothing', async () => {
  const { id, me, logIn, courseId, app, store } = await begin();
  const editor = await logIn();
  const members = `/v1/courses/${courseId}/members`;
  const body = { email: `${editor.userId}@example.org`, role: 'editor' };
  await me.call('PUT', members, { body });
  const before = await listObjects(store.objects);
  const form = formOf([pdf]);
  const half = form.body.length - 30;
  async function* arriving() {
    yield form.body.subarray(0, half);
    await me.call('DELETE', `${members}/${editor.userId}`);
    yield form.body.subarray(half);
  }
  const answer = await app.inject({
    method: 'PUT',
    url: `/v1/materials/${id}/original`,
    headers: { ...form.headers, authorization: `Bearer ${editor.token}` },
    payload: Readable.from(arriving(), { objectMode: false }),
  });
  assert.equal(answer.statusCode, 404);
  assert.deepEqual(await listObjects(store.objects), before);
});

test('a key answers a repeated replacement as it answered the first', async () => {
  const { replace, versions } = await begin();
  const key = { 'idempotency-key': 'replace-1' };
  const answer = await replace([pdf], key);
  await replace([{ name: 'b.txt', content: 'Words of b.' }]);
  const again = await replace([pdf], key);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.deepEqual(again.json(), answer.json());
  assert.equal((await versions()).length, 3);
});
