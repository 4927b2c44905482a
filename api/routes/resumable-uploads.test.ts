import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { formOf, makeCourse } from '../testing/fresh-api.ts';
import { freshCourse } from '../testing/fresh-course.ts';
import { countAll, listObjects } from '../testing/keep-count.ts';
import { speakTusAs, tus } from '../testing/tus.ts';

const words = Buffer.from('The moon pulls the sea. '.repeat(10_000));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function freshUploads(env: Record<string, string> = {}) {
  const api = await freshCourse(env);
  const client = speakTusAs(api.me);
  const begin = async (size: number, more: { name?: string; body?: Buffer } = {}) => {
    const answer = await client.begin({ courseId: api.courseId, size, ...more });
    assert.equal(answer.statusCode, 201, answer.body);
    return String(answer.headers.location);
  };
  return { ...api, client, begin };
}

test('a file that arrives in three requests is one material, and its pieces are gone', async () => {
  const { store, me, courseId, client, begin } = await freshUploads();
  const url = await begin(words.length, { name: 'Прилив 🌊.txt' });
  assert.match(url, /^\/v1\/uploads\/[0-9a-f-]{36}$/);
  const cuts = [0, 50_000, 170_000, words.length];
  for (const [i, start] of cuts.slice(0, -1).entries()) {
    const asked = await client.ask(url);
    assert.equal(asked.headers['upload-offset'], String(start));
    assert.equal(asked.headers['upload-length'], String(words.length));
    const sent = await client.goOn(url, start, words.subarray(start, cuts[i + 1]));
    assert.equal(sent.statusCode, 204, sent.body);
    assert.equal(sent.headers['upload-offset'], String(cuts[i + 1]));
    assert.equal(sent.headers['tus-resumable'], '1.0.0');
  }
  const last = await client.ask(url);
  const { 'content-type': type, 'content-length': length } = last.headers;
  assert.deepEqual([type, length], [undefined, undefined]);
  const materialId = String(last.headers['lectern-material-id']);
  const material = (await me.call('GET', `/v1/materials/${materialId}`)).json();
  assert.deepEqual(
    [material.fileName, material.size, material.sha256, material.courseId, material.status],
    ['Прилив 🌊.txt', words.length, sha256(words), courseId, 'queued'],
  );
  const [key, ...others] = await listObjects(store.objects);
  assert.deepEqual(others, []);
  assert.ok((await buffer(await store.objects.read(key ?? ''))).equals(words));
  const upload = (await me.call('GET', url)).json();
  assert.deepEqual(
    [upload.offset, upload.size, upload.materialId],
    [words.length, words.length, materialId],
  );
});

test('a POST that means another method is that one, and on an upload alone', async () => {
  const { me, courseId, begin } = await freshUploads();
  const url = await begin(words.length);
  const mean = (method: string, at = url) =>
    me.call('POST', at, { headers: { ...tus, 'x-http-method-override': method } });
  const asked = await mean('HEAD');
  assert.deepEqual([asked.statusCode, asked.headers['upload-offset'], asked.body], [200, '0', '']);
  assert.equal((await mean('TRACE')).statusCode, 405);
  assert.equal((await mean('delete')).statusCode, 204);
  assert.equal((await mean('HEAD')).statusCode, 404);
  assert.equal((await mean('DELETE', `/v1/courses/${courseId}`)).statusCode, 405);
  assert.equal((await me.call('GET', `/v1/courses/${courseId}`)).statusCode, 200);
});

test('a small file may come with the request that begins, and the answer names its material', async () => {
  const { store, client, courseId, upload } = await freshUploads();
  const first = (await upload([{ name: 'a.txt', content: words }])).json().items[0];
  const answer = await client.begin({ courseId, size: words.length, body: words });
  assert.equal(answer.statusCode, 201);
  assert.equal(answer.headers['upload-offset'], String(words.length));
  assert.equal(answer.headers['lectern-material-id'], first.id, 'the same bytes are one material');
  assert.equal((await countAll(store)).materials, 1);
  assert.equal((await listObjects(store.objects)).length, 1);
});

test('bytes that belong elsewhere, or are too many, are refused and change nothing', async () => {
  const { client, begin } = await freshUploads();
  const url = await begin(100);
  await client.goOn(url, 0, words.subarray(0, 40));
  for (const [offset, bytes, status, code] of [
    [0, 40, 409, 'offset_conflict'],
    [41, 10, 409, 'offset_conflict'],
    [40, 61, 413, 'file_too_large'],
  ] as const) {
    const answer = await client.goOn(url, offset, words.subarray(0, bytes));
    assert.deepEqual([answer.statusCode, answer.json().code], [status, code]);
  }
  assert.equal((await client.ask(url)).headers['upload-offset'], '40');
  assert.equal((await client.goOn(url, 40, words.subarray(40, 100))).statusCode, 204);
});

test('with a checksum all of a request is kept or nothing', async () => {
  const { store, client, begin } = await freshUploads();
  const url = await begin(words.length);
  const digest = (bytes: Buffer) => `sha1 ${createHash('sha1').update(bytes).digest('base64')}`;
  const half = words.subarray(0, 120_000);
  const wrong = await client.goOn(url, 0, half, { 'upload-checksum': digest(words) });
  assert.deepEqual([wrong.statusCode, wrong.json().code], [460, 'checksum_mismatch']);
  assert.equal((await client.ask(url)).headers['upload-offset'], '0');
  assert.deepEqual(await listObjects(store.objects), []);
  const unknown = await client.goOn(url, 0, half, { 'upload-checksum': 'crc32 AAAA' });
  assert.deepEqual([unknown.statusCode, unknown.json().code], [400, 'checksum_unsupported']);
  const right = await client.goOn(url, 0, half, { 'upload-checksum': digest(half) });
  assert.equal(right.statusCode, 204);
  assert.equal((await client.ask(url)).headers['upload-offset'], '120000');
});

test('what no material can be made of is refused as soon as that shows, and is gone', async () => {
  const { store, client, courseId, begin } = await freshUploads({ LECTERN_MAX_UPLOAD: '1MB' });
  const empty = await client.begin({ courseId, size: 0 });
  assert.deepEqual([empty.statusCode, empty.json().code], [422, 'file_empty']);
  const large = await client.begin({ courseId, size: 1_000_001 });
  assert.deepEqual([large.statusCode, large.json().code], [413, 'file_too_large']);
  const program = Buffer.alloc(300_000, '\x7fELF\0\x01');
  for (const bytes of [100_000, 300_000]) {
    const url = await begin(program.length, { name: 'x.txt' });
    const refused = await client.goOn(url, 0, program.subarray(0, bytes));
    assert.deepEqual([refused.statusCode, refused.json().code], [415, 'unsupported_media']);
    assert.equal((await client.ask(url)).statusCode, 404);
  }
  assert.deepEqual(await listObjects(store.objects), []);
  assert.equal((await countAll(store)).materials, 0);
});

test('an upload is its owner’s, and only as long as they may add to the course', async () => {
  const { store, me, client, courseId, begin, logIn } = await freshUploads();
  const other = speakTusAs(await logIn('admin'));
  const url = await begin(100);
  assert.equal((await other.ask(url)).statusCode, 404);
  assert.equal((await other.goOn(url, 0, words.subarray(0, 10))).statusCode, 404);
  assert.equal((await other.giveUp(url)).statusCode, 404);
  await store.postgres
    .updateTable('course_members')
    .set({ role: 'learner' })
    .where('user_id', '=', me.userId)
    .execute();
  assert.equal((await client.goOn(url, 0, words.subarray(0, 10))).statusCode, 403);
  assert.equal((await client.begin({ courseId, size: 10 })).statusCode, 403);
  assert.equal((await client.begin({ courseId: newId(), size: 10 })).statusCode, 404);
  assert.equal((await client.giveUp(url)).statusCode, 204);
  assert.equal((await client.ask(url)).statusCode, 404);
});

test('odd names, ids and metadata lead nowhere', async () => {
  const { store, me, client, courseId } = await freshUploads();
  const before = await countAll(store);
  for (const id of [
    '..%2f..%2fetc%2fpasswd',
    '..',
    '%00',
    'a'.repeat(400),
    newId().toUpperCase(),
  ]) {
    const answer = await me.call('PATCH', `/v1/uploads/${id}`, {
      headers: { ...tus, 'upload-offset': '0' },
    });
    assert.ok(answer.statusCode === 400 || answer.statusCode === 404, `${id} ${answer.statusCode}`);
  }
  const begin = (metadata: string, more: Record<string, string> = {}) =>
    me.call('POST', '/v1/uploads', {
      headers: { ...tus, 'upload-length': '5', 'upload-metadata': metadata, ...more },
    });
  for (const metadata of [
    '',
    'courseId',
    'courseId ***',
    `courseId ${btoa('../x')}`,
    `x ${btoa('y'.repeat(9_000))}`,
  ]) {
    const answer = await begin(metadata);
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'], metadata);
  }
  const valid = `courseId ${btoa(courseId)}`;
  for (const length of ['-1', '1e3', 'five', '']) {
    assert.equal((await begin(valid, { 'upload-length': length })).statusCode, 400, length);
  }
  const old = await begin(valid, { 'tus-resumable': '0.2.2' });
  assert.deepEqual([old.statusCode, old.headers['tus-version']], [412, '1.0.0']);
  assert.deepEqual(await countAll(store), before);
  const names = [
    ['../../etc/passwd', 'passwd'],
    ['a\0b\u202egpj.txt', 'abgpj.txt'],
    ['\u{1f30a}.txt', '\u{1f30a}.txt'],
    ['x'.repeat(4_000), 'x'.repeat(255)],
  ] as const;
  for (const [name, shown] of names) {
    const answer = await client.begin({ courseId, size: 5, name });
    const read = await me.call('GET', String(answer.headers.location));
    assert.equal(read.json().fileName, shown);
  }
});

test('what resumable uploads can do is told to everybody', async () => {
  const { app } = await freshUploads();
  const answer = await app.inject({ method: 'OPTIONS', url: '/v1/uploads' });
  assert.equal(answer.statusCode, 204);
  assert.equal(answer.headers['tus-version'], '1.0.0');
  assert.match(
    String(answer.headers['tus-extension']),
    /creation,.*checksum,termination,expiration/,
  );
  assert.match(String(answer.headers['tus-checksum-algorithm']), /^sha1,/);
});

test('an upload that was left alone for a day is gone', async () => {
  const { store, client, begin } = await freshUploads();
  const url = await begin(100);
  await store.postgres
    .updateTable('uploads')
    .set({ touched_at: new Date(Date.now() - 25 * 3_600_000) })
    .execute();
  assert.equal((await client.ask(url)).statusCode, 410);
  const late = await client.goOn(url, 0, words.subarray(0, 10));
  assert.deepEqual([late.statusCode, late.json().code], [410, 'upload_expired']);
});

test('whoever hears that all is there finds a material, also when the last request did not live to make it', async () => {
  const { store, client, begin } = await freshUploads();
  const url = await begin(words.length);
  await client.goOn(url, 0, words.subarray(0, 1_000));
  const id = url.split('/').at(-1) ?? '';
  const key = `temp/uploads/${id}/1000-9`;
  await store.objects.write(key, Readable.from([words.subarray(1_000)]));
  await store.postgres
    .insertInto('upload_parts')
    .values({
      upload_id: id,
      start_bytes: 1_000,
      size_bytes: words.length - 1_000,
      object_key: key,
    })
    .execute();
  await store.postgres.updateTable('uploads').set({ offset_bytes: words.length }).execute();
  const asked = await client.ask(url);
  assert.equal(asked.headers['upload-offset'], String(words.length));
  const material = await store.postgres
    .selectFrom('materials')
    .selectAll()
    .executeTakeFirstOrThrow();
  assert.equal(asked.headers['lectern-material-id'], material.id);
  assert.equal(material.sha256, sha256(words));
});

test('the course that a file is sent to says nothing of others', async () => {
  const { me, client, courseId, store } = await freshUploads();
  const other = await makeCourse(me);
  await me.call(
    'POST',
    `/v1/courses/${other}/materials`,
    formOf([{ name: 'a.txt', content: words }]),
  );
  const answer = await client.begin({ courseId, size: words.length, body: words });
  assert.equal(answer.statusCode, 201);
  assert.equal((await countAll(store)).materials, 2);
});
