import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { StoreFull } from '@lectern/db/objects/objects';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { until } from '@lectern/db/testing/until';
import { buildApp } from '../app.ts';
import { formOf, listen } from '../testing/fresh-api.ts';
import { freshCourse, listFolder } from '../testing/fresh-course.ts';
import { countAll, listObjects } from '../testing/keep-count.ts';

test('one file that is refused refuses all, and nothing is left', async () => {
  const api = await freshCourse({ LECTERN_MAX_UPLOAD: '100KB' });
  const before = await countAll(api.store);
  const good = { name: 'good.txt', content: 'good' };
  const bad: [string, number, { name: string; content: string | Buffer }][] = [
    [
      'unsupported_media',
      415,
      { name: 'x.txt', content: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]) },
    ],
    ['unsupported_media', 415, { name: 'x.md', content: '{\\rtf1\\ansi hello}' }],
    ['file_empty', 422, { name: 'x.txt', content: '' }],
    ['file_too_large', 413, { name: 'x.txt', content: Buffer.alloc(100_001, 'a') }],
  ];
  for (const [code, status, file] of bad) {
    for (const files of [[file], [good, file], [file, good]]) {
      const answer = await api.upload(files);
      assert.equal(answer.statusCode, status, code);
      assert.equal(answer.json().code, code);
      assert.equal(answer.headers.location, undefined);
    }
  }
  assert.deepEqual(await countAll(api.store), before);
  assert.deepEqual(await listFolder(api), []);
  assert.deepEqual(
    api.lines.filter(({ level }) => level >= 40),
    [],
  );
  const most = await api.upload([{ name: 'x.txt', content: Buffer.alloc(100_000, 'a') }]);
  assert.equal(most.statusCode, 202);
});

test('with no room left nothing is kept, and the sender is told', async () => {
  const store = await freshStore();
  const full: typeof store.objects = {
    ...store.objects,
    async write(_key, source) {
      for await (const chunk of source) if (chunk.length > 0) break;
      throw new StoreFull('there is no room left');
    },
  };
  const app = await buildApp({ ...store, objects: full });
  const me = await logInAs(store, 'user');
  const headers = { authorization: `Bearer ${me.token}` };
  const made = await app.inject({
    method: 'POST',
    url: '/v1/courses',
    headers,
    body: { title: 'Tides' },
  });
  const { id } = made.json<{ id: string }>();
  const form = formOf([{ name: 'a.txt', content: 'text' }]);
  const answer = await app.inject({
    method: 'POST',
    url: `/v1/courses/${id}/materials`,
    body: form.body,
    headers: { ...headers, ...form.headers },
  });
  assert.deepEqual([answer.statusCode, answer.json().code], [507, 'insufficient_storage']);
  const rows = await store.postgres.selectFrom('materials').select('id').execute();
  assert.deepEqual(rows, []);
  await app.close();
});

test('only who may change a course adds to it', async () => {
  const api = await freshCourse();
  const [other, admin] = [await api.logIn(), await api.logIn('admin')];
  const url = `/v1/courses/${api.courseId}/materials`;
  const form = formOf([{ name: 'a.txt', content: 'text' }]);
  assert.equal((await other.call('POST', url, form)).statusCode, 404);
  await api.store.postgres
    .updateTable('courses')
    .set({ visibility: 'public', status: 'published' })
    .execute();
  const refused = await other.call('POST', url, form);
  assert.equal(refused.statusCode, 403);
  assert.equal(refused.json().code, 'forbidden');
  assert.equal(
    (await api.app.inject({ method: 'POST', url, body: form.body, headers: form.headers }))
      .statusCode,
    401,
  );
  assert.equal(
    (await other.call('POST', `/v1/courses/${newId()}/materials`, form)).statusCode,
    404,
  );
  assert.equal((await countAll(api.store)).objects, 0);
  assert.equal((await admin.call('POST', url, form)).statusCode, 202);
});

test('what is not a form with a file is refused', async () => {
  const api = await freshCourse();
  const url = `/v1/courses/${api.courseId}/materials`;
  const form = formOf([{ name: 'a.txt', content: 'text' }]);
  const before = await countAll(api.store);
  const send = async (body: Buffer | object | string, headers: Record<string, string>) => {
    const { statusCode, body: answer } = await api.me.call('POST', url, { body, headers });
    const { code }: { code?: unknown } = JSON.parse(answer);
    return `${statusCode} ${String(code)}`;
  };
  const half = form.body.subarray(0, -20);
  const field = Buffer.from(
    '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n',
  );
  assert.equal(await send({ a: 1 }, {}), '415 unsupported_media_type');
  assert.equal(await send('hello', { 'content-type': 'text/plain' }), '415 unsupported_media_type');
  assert.equal(
    await send(form.body, { 'content-type': 'multipart/form-data' }),
    '400 invalid_multipart',
  );
  assert.equal(
    await send(form.body, { 'content-type': 'multipart/form-data; boundary=other' }),
    '400 invalid_multipart',
  );
  assert.equal(await send(half, form.headers), '400 invalid_multipart');
  assert.equal(await send(Buffer.alloc(0), form.headers), '400 invalid_multipart');
  assert.equal(
    await send(field, { 'content-type': 'multipart/form-data; boundary=b' }),
    '422 file_missing',
  );
  assert.deepEqual(await countAll(api.store), before);
  assert.deepEqual(await listFolder(api), []);
});

test('a sender that hangs up in the middle leaves nothing', async () => {
  const api = await freshCourse();
  const before = await countAll(api.store);
  const port = await listen(api.app);
  const { body, headers } = formOf([
    { name: 'first.txt', content: 'whole' },
    { name: 'second.txt', content: Buffer.alloc(5_000_000, 'cut ') },
  ]);
  const head = [
    `POST /v1/courses/${api.courseId}/materials HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${api.me.token}`,
    `Content-Type: ${headers['content-type']}`,
    `Content-Length: ${body.length}`,
  ];
  for (const end of ['destroy', 'reset', 'half']) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(body.subarray(0, 3_000_000));
    await until('the file is being written', async () => (await listFolder(api)).length > 1);
    if (end === 'destroy') socket.destroy();
    else if (end === 'reset') socket.resetAndDestroy();
    else socket.end();
    await until(`nothing is left after ${end}`, async () => (await listFolder(api)).length === 0);
  }
  assert.deepEqual(await countAll(api.store), before);
  assert.deepEqual(
    api.lines.filter(({ level }) => level >= 40),
    [],
  );
});

test('a refusal reaches a client that is still sending', async () => {
  const api = await freshCourse();
  const port = await listen(api.app);
  const form = new FormData();
  form.append('file', new Blob([Buffer.alloc(8_000_000)]), 'zeros.txt');
  const send = () =>
    fetch(`http://127.0.0.1:${port}/v1/courses/${api.courseId}/materials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.me.token}` },
      body: form,
    });
  for (let i = 0; i < 5; i++) {
    const answer = await send();
    assert.equal(answer.status, 415);
    const { code }: { code?: unknown } = JSON.parse(await answer.text());
    assert.equal(code, 'unsupported_media');
  }
});

test('a course that is deleted during the upload is not there', async () => {
  const api = await freshCourse();
  const { store, courseId, me } = api;
  const { objects } = store;
  const write = objects.write.bind(objects);
  objects.write = async (...args) => {
    const written = await write(...args);
    await store.postgres.deleteFrom('courses').where('id', '=', courseId).execute();
    return written;
  };
  const answer = await me.call(
    'POST',
    `/v1/courses/${courseId}/materials`,
    formOf([{ name: 'a.txt', content: 'x' }]),
  );
  assert.equal(answer.statusCode, 404);
  assert.deepEqual(await listObjects(store.objects), []);
});
