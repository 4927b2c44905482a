import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { buildApp } from '../app.ts';
import { mostImportBytes } from '../imports/receive-import.ts';
import { type Caller, formOf, freshApi, listen, type TestApi } from '../testing/fresh-api.ts';
import { listFolder } from '../testing/fresh-course.ts';

const url = '/v1/courses/import';
const outline = '# Tides\n### Ebb\n';

async function countImports({ store }: Pick<TestApi, 'store'>) {
  const rows = await store.postgres.selectFrom('course_imports').select('id').execute();
  const runs = await store.postgres
    .selectFrom('runs')
    .select('id')
    .where('job', '=', 'course.import')
    .execute();
  return [rows.length, runs.length];
}

/** Nothing of it is left: no row, no run, no file. */
async function assertNothing(api: Pick<TestApi, 'store'>): Promise<void> {
  assert.deepEqual(await countImports(api), [0, 0]);
  assert.deepEqual(await listFolder(api), []);
}

test('a file over the limit is refused while it arrives, and the limit is said', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  let asked: number | undefined;
  const { objects } = api.store;
  // A limit that a test can reach, where the real one is given.
  const small: typeof objects = {
    ...objects,
    write: (key, bytes, options) => {
      asked = options?.maxBytes;
      return objects.write(key, bytes, { ...options, maxBytes: 10 });
    },
  };
  const app = await buildApp({ ...api.store, objects: small });
  const bring = (body: Buffer | string, headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url,
      body,
      headers: { authorization: `Bearer ${me.token}`, ...headers },
    });
  const form = formOf([{ name: 'a.md', content: outline }]);
  const tried = [
    await bring(form.body, form.headers),
    await bring(outline, { 'content-type': 'text/markdown' }),
    await bring(JSON.stringify({ title: outline }), { 'content-type': 'application/json' }),
  ];
  for (const answer of tried) {
    assert.deepEqual([answer.statusCode, answer.json().code], [413, 'file_too_large'], answer.body);
    assert.match(answer.json().detail, new RegExp(`${mostImportBytes} bytes`));
  }
  assert.equal(asked, mostImportBytes);
  await assertNothing(api);
  await app.close();
});

test('a form that is broken, and a body of another type or encoding, are refused in words', async () => {
  const api = await freshApi();
  const { call } = await api.logIn();
  const form = formOf([{ name: 'a.md', content: outline }]);
  const { 'content-type': type = '' } = form.headers;
  const cut = form.body.subarray(0, form.body.length - 20);
  const field = Buffer.from(
    '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n# Tides\r\n--b--\r\n',
  );
  const tried: readonly (readonly [Buffer | string, string, number, string])[] = [
    [cut, type, 400, 'invalid_multipart'],
    ['', type, 400, 'invalid_multipart'],
    ['no form', type, 400, 'invalid_multipart'],
    [field, 'multipart/form-data; boundary=b', 422, 'file_missing'],
    [form.body, 'multipart/form-data', 400, 'invalid_multipart'],
    [outline, 'text/plain', 415, 'unsupported_media_type'],
    [outline, 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    [outline, ';;', 415, 'unsupported_media_type'],
    ['', 'text/markdown', 422, 'file_empty'],
  ];
  for (const [body, contentType, status, code] of tried) {
    const answer = await call('POST', url, { body, headers: { 'content-type': contentType } });
    const problem = answer.json();
    assert.deepEqual(
      [answer.statusCode, problem.code],
      [status, code],
      `${contentType}: ${answer.body}`,
    );
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.match(problem.detail ?? problem.title, /^[A-Z].{8,}/);
  }
  await assertNothing(api);
  assert.ok(api.lines.every(({ level }) => level < 50));
});

test('whoever is not logged in brings nothing', async () => {
  const api = await freshApi();
  const { body, headers } = formOf([{ name: 'a.md', content: outline }]);
  const answer = await api.app.inject({ method: 'POST', url, body, headers });
  assert.deepEqual([answer.statusCode, answer.json().code], [401, 'unauthenticated']);
  await assertNothing(api);
});

test('a body that breaks off leaves nothing, and the next one is taken', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const port = await listen(api.app);
  const headers = [
    `POST ${url} HTTP/1.1`,
    'host: lectern',
    `authorization: Bearer ${me.token}`,
    'content-type: text/markdown',
    'content-length: 1000',
  ].join('\r\n');
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${headers}\r\n\r\n${outline}`);
  // Once a file has begun, there is something that could stay.
  await until('the file begins', async () => (await listFolder(api)).length > 0);
  socket.destroy();
  await until('the file is gone', async () => (await listFolder(api)).length === 0);
  await assertNothing(api);
  const next = await me.call('POST', url, {
    body: outline,
    headers: { 'content-type': 'text/markdown' },
  });
  assert.equal(next.statusCode, 202, next.body);
});

test('a name that leads elsewhere is a name and no place', async () => {
  const api = await freshApi();
  const me: Caller = await api.logIn();
  const names = ['../../../etc/passwd', 'a\u202Edm.exe', '\u0000', `${'я'.repeat(400)}.md`, '..'];
  const shown = [];
  for (const name of names) {
    const { body, headers } = formOf([{ name, content: outline }]);
    const answer = await me.call('POST', url, { body, headers });
    assert.equal(answer.statusCode, 202, answer.body);
    shown.push(answer.json().fileName);
  }
  assert.deepEqual(shown, ['passwd', 'adm.exe', 'untitled', `${'я'.repeat(252)}.md`, 'untitled']);
  const rows = await api.store.postgres
    .selectFrom('course_imports')
    .select(['id', 'object_key'])
    .execute();
  for (const { id, object_key: key } of rows) assert.equal(key, `imports/${me.userId}/${id}`);
});
