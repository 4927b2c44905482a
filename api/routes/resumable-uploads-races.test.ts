import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { StoreFull } from '@lectern/db/objects/objects';
import { until } from '@lectern/db/testing/until';
import { listen } from '../testing/fresh-api.ts';
import { freshCourse, listFolder } from '../testing/fresh-course.ts';
import { countAll, listObjects } from '../testing/keep-count.ts';
import { openSocket, readAnswer } from '../testing/raw-http.ts';
import { metadataOf, speakTusAs, tus } from '../testing/tus.ts';

const words = Buffer.from('The moon pulls the sea. '.repeat(10_000));

async function freshUploads(env: Record<string, string> = {}) {
  const api = await freshCourse(env);
  const client = speakTusAs(api.me);
  const begin = async (size: number) => {
    const answer = await client.begin({ courseId: api.courseId, size });
    assert.equal(answer.statusCode, 201, answer.body);
    return String(answer.headers.location);
  };
  const countUploads = async () =>
    (await api.store.postgres.selectFrom('uploads').select('id').execute()).length;
  return { ...api, client, begin, countUploads };
}

type Api = Awaited<ReturnType<typeof freshUploads>>;

/** A request that has begun and may go on. */
function openRequest(
  port: number,
  { me }: Api,
  { line, headers }: { readonly line: string; readonly headers: Record<string, string> },
) {
  const socket = openSocket(port);
  const lines = Object.entries({
    host: 'localhost',
    authorization: `Bearer ${me.token}`,
    connection: 'close',
    'content-type': 'application/offset+octet-stream',
    ...tus,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`${[`${line} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`);
  return socket;
}

test('of many requests with the same bytes at the same moment one counts', async () => {
  const api = await freshUploads();
  const url = await api.begin(words.length);
  const half = words.subarray(0, 120_000);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.client.goOn(url, 0, half)),
  );
  const counted = answers.filter(({ statusCode }) => statusCode === 204);
  assert.equal(counted.length, 1);
  for (const answer of answers) {
    if (answer.statusCode === 204) continue;
    assert.equal(answer.statusCode, 409);
    assert.match(answer.json().code, /^(offset_conflict|upload_taken)$/);
  }
  assert.equal((await api.client.ask(url)).headers['upload-offset'], '120000');
  const [piece, ...others] = await listObjects(api.store.objects);
  assert.equal((await api.store.objects.stat(piece ?? ''))?.sizeBytes, 120_000);
  assert.deepEqual(others, []);
});

test('who goes on with an upload cuts off the connection that had it, and what that sent counts', async () => {
  const api = await freshUploads();
  const port = await listen(api.app);
  const url = await api.begin(words.length);
  const lost = openRequest(port, api, {
    line: `PATCH ${url}`,
    headers: { 'upload-offset': '0', 'content-length': String(words.length) },
  });
  lost.write(words.subarray(0, 100_000));
  await until('it is being written', async () => (await listFolder(api)).length > 0);
  const asked = await api.client.ask(url);
  assert.equal(asked.headers['upload-offset'], '100000');
  lost.write(words.subarray(100_000));
  assert.equal((await readAnswer(lost)).status, 409);
  assert.equal((await api.client.ask(url)).headers['upload-offset'], '100000');
  const rest = await api.client.goOn(url, 100_000, words.subarray(100_000));
  assert.equal(rest.statusCode, 204);
  assert.equal((await countAll(api.store)).materials, 1);
});

test('an upload that is given up while it is written to leaves nothing', async () => {
  const api = await freshUploads();
  const port = await listen(api.app);
  const url = await api.begin(words.length);
  const sending = openRequest(port, api, {
    line: `PATCH ${url}`,
    headers: { 'upload-offset': '0', 'content-length': String(words.length) },
  });
  sending.write(words.subarray(0, 100_000));
  await until('it is being written', async () => (await listFolder(api)).length > 0);
  assert.equal((await api.client.giveUp(url)).statusCode, 204);
  sending.write(words.subarray(100_000));
  const { status } = await readAnswer(sending);
  assert.ok(status === 404 || status === 409, String(status));
  assert.deepEqual(await listFolder(api), []);
  assert.equal((await countAll(api.store)).materials, 0);
});

test('an upload of which the sender never heard is not kept', async () => {
  const api = await freshUploads();
  const port = await listen(api.app);
  const socket = openRequest(port, api, {
    line: 'POST /v1/uploads',
    headers: {
      'upload-length': String(words.length),
      'upload-metadata': metadataOf({ filename: 'a.txt', courseId: api.courseId }),
      'content-length': String(words.length),
    },
  });
  socket.write(words.subarray(0, 100_000));
  await until('it began', async () => (await api.countUploads()) === 1);
  socket.destroy();
  await until('it is gone', async () => (await api.countUploads()) === 0);
  await until('so are its bytes', async () => (await listFolder(api)).length === 0);
  const refused = await api.client.begin({
    courseId: api.courseId,
    size: words.length,
    body: words.subarray(0, 1_000),
    headers: { 'upload-checksum': `sha1 ${randomBytes(20).toString('base64')}` },
  });
  assert.equal(refused.statusCode, 460);
  assert.equal(await api.countUploads(), 0);
});

test('with no room left the sender is told, and may go on when there is some', async () => {
  const api = await freshUploads();
  const { objects } = api.store;
  const write = objects.write.bind(objects);
  let isFull = (_key: string) => true;
  objects.write = async (key, source, options) => {
    if (!isFull(key)) return write(key, source, options);
    for await (const chunk of source) if (chunk.length > 0) break;
    throw new StoreFull('there is no room left');
  };
  const url = await api.begin(words.length);
  const first = await api.client.goOn(url, 0, words);
  assert.deepEqual([first.statusCode, first.json().code], [507, 'insufficient_storage']);
  assert.equal((await api.client.ask(url)).headers['upload-offset'], '0');

  isFull = (key) => key.startsWith('materials/');
  const second = await api.client.goOn(url, 0, words);
  assert.deepEqual([second.statusCode, second.json().code], [507, 'insufficient_storage']);
  assert.equal((await api.client.ask(url)).statusCode, 507, 'nobody hears that it is a material');
  assert.equal((await countAll(api.store)).materials, 0);
  assert.ok((await listObjects(objects)).every((key) => key.startsWith('temp/uploads/')));

  isFull = () => false;
  const asked = await api.client.ask(url);
  assert.equal(asked.statusCode, 200);
  const { id } = await api.store.postgres
    .selectFrom('materials')
    .selectAll()
    .executeTakeFirstOrThrow();
  assert.equal(asked.headers['lectern-material-id'], id);
});

test('a course that goes meanwhile takes its uploads along', async () => {
  const api = await freshUploads();
  const { postgres } = api.store;
  const url = await api.begin(words.length);
  await api.client.goOn(url, 0, words.subarray(0, 1_000));
  const { version } = (await api.me.call('GET', `/v1/courses/${api.courseId}`)).json();
  const deleted = await api.me.call('DELETE', `/v1/courses/${api.courseId}`, {
    headers: { 'if-match': `"${version}"` },
  });
  assert.equal(deleted.statusCode, 204, deleted.body);
  const late = await api.client.goOn(url, 1_000, words.subarray(1_000));
  assert.deepEqual([late.statusCode, late.json().code], [404, 'not_found']);
  await api.me.call('POST', `/v1/courses/${api.courseId}/restore`);
  assert.equal((await api.client.ask(url)).headers['upload-offset'], '1000');

  const { objects } = api.store;
  const write = objects.write.bind(objects);
  objects.write = async (...args) => {
    const written = await write(...args);
    await postgres.deleteFrom('courses').where('id', '=', api.courseId).execute();
    return written;
  };
  const last = await api.client.goOn(url, 1_000, words.subarray(1_000));
  assert.ok(last.statusCode === 404 || last.statusCode === 409, last.body);
  assert.equal(await api.countUploads(), 0);
  assert.ok((await listObjects(objects)).every((key) => key.startsWith('temp/uploads/')));
});

test('an upload whose material was deleted says so, and is no material again', async () => {
  const api = await freshUploads();
  const url = await api.begin(words.length);
  assert.equal((await api.client.goOn(url, 0, words)).statusCode, 204);
  await api.store.postgres.deleteFrom('materials').execute();
  assert.equal((await api.client.ask(url)).statusCode, 410);
  assert.equal((await countAll(api.store)).materials, 0);
});

test('a page of another origin that is named may upload, and read what it has to', async () => {
  const api = await freshUploads({ CORS_ORIGINS: 'https://school.example' });
  const url = await api.begin(words.length);
  const origin = 'https://school.example';
  for (const [method, path] of [
    ['POST', '/v1/uploads'],
    ['PATCH', url],
    ['HEAD', url],
    ['DELETE', url],
  ] as const) {
    const asked =
      'authorization,content-type,tus-resumable,upload-checksum,upload-length,upload-metadata,upload-offset,x-request-id';
    const preflight = await api.app.inject({
      method: 'OPTIONS',
      url: path,
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': asked,
      },
    });
    assert.equal(preflight.statusCode, 204);
    assert.equal(preflight.headers['access-control-allow-origin'], origin);
    const methods = String(preflight.headers['access-control-allow-methods']).split(', ');
    assert.ok(methods.includes(method), method);
    const allowed = String(preflight.headers['access-control-allow-headers'])
      .toLowerCase()
      .split(', ');
    assert.deepEqual(
      asked.split(',').filter((name) => !allowed.includes(name)),
      [],
    );
  }
  const sent = await api.client.goOn(url, 0, words, { origin });
  assert.equal(sent.statusCode, 204);
  const exposed = String(sent.headers['access-control-expose-headers']).toLowerCase();
  for (const name of ['upload-offset', 'tus-resumable', 'lectern-material-id', 'location']) {
    assert.ok(exposed.split(', ').includes(name), name);
  }
  const refused = await api.client.goOn(url, 5, words, { origin });
  assert.equal(refused.statusCode, 409);
  assert.equal(refused.headers['access-control-allow-origin'], origin);
});
