import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import type { LightMyRequestResponse } from 'fastify';
import { type BadRequest, badRequests } from '../testing/bad-requests.ts';
import { freshApi, listen, makeCourse } from '../testing/fresh-api.ts';
import { countAll } from '../testing/keep-count.ts';
import { exchange } from '../testing/raw-http.ts';

function checkProblem(answer: LightMyRequestResponse, bad: BadRequest): void {
  const label = `${bad.what}: ${bad.method} ${bad.url.slice(0, 80)}`;
  const problem = answer.json();
  assert.equal(`${answer.statusCode} ${problem.code}`, bad.answer, label);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/, label);
  assert.equal(problem.status, answer.statusCode);
  assert.equal(problem.type, 'about:blank');
  assert.ok(problem.title.length > 3 && problem.detail.length > 10, label);
  assert.equal(problem.instance, bad.url.split('?', 1)[0]);
  assert.equal(problem.requestId, answer.headers['x-request-id']);
  assert.doesNotMatch(answer.body, /node_modules|\.ts:|select |FST_|SyntaxError/);
}

test("what cannot be answered is a problem, changes nothing and is nobody's error", async () => {
  const api = await freshApi({ LECTERN_MAX_BODY: '10KB' });
  const me = await api.logIn();
  await makeCourse(me);
  const before = await countAll(api.store);
  for (const bad of badRequests) {
    const { method, url, body } = bad;
    const headers = { authorization: `Bearer ${me.token}`, ...bad.headers };
    const request = { method, url, headers, ...(body !== undefined && { body }) };
    checkProblem(await api.app.inject(request), bad);
  }
  assert.deepEqual(await countAll(api.store), before);
  assert.deepEqual(
    api.lines.filter(({ level }) => level >= 40),
    [],
  );
  // @ts-expect-error -- what a poisoned prototype would have left
  assert.equal({}.role, undefined);
});

test('a body nested too deeply is refused, and is no fault of ours', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const nested = (levels: number, inner = '') =>
    `{"title":${'['.repeat(levels - 1)}${inner}${']'.repeat(levels - 1)}}`;
  const bodies = [
    [nested(300_000, String.raw`"\u0000"`), 'too_deep'],
    [nested(300_000), 'too_deep'],
    [`{"a":${'{"a":'.repeat(100_000)}"\\u0000"${'}'.repeat(100_001)}`, 'too_deep'],
    [`{"title":${'['.repeat(300_000)}`, 'invalid_json'],
    [nested(101), 'too_deep'],
    [nested(100), 'invalid_request'],
    [nested(100, String.raw`"\u0000"`), 'invalid_encoding'],
    [`{"title":[${'[],'.repeat(200_000)}[]]}`, 'invalid_request'],
  ] as const;
  for (const [body, code] of bodies) {
    const headers = { 'content-type': 'application/json' };
    const register = { method: 'POST', url: '/v1/auth/register', headers, body } as const;
    const answers = [
      await api.app.inject(register),
      await me.call('POST', '/v1/courses', {
        body,
        headers: { ...headers, 'idempotency-key': newId() },
      }),
    ];
    for (const answer of answers) {
      assert.equal(answer.statusCode, 400, `${body.slice(0, 20)} of ${body.length}`);
      assert.equal(answer.json().code, code, `${body.slice(0, 20)} of ${body.length}`);
    }
  }
  assert.deepEqual(
    api.lines.filter(({ level }) => level >= 40),
    [],
  );
});

test('JSON is taken as UTF-8 and said to be nothing else', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const post = (type: string) =>
    me.call('POST', '/v1/courses', {
      body: '{"title":"Größe"}',
      headers: { 'content-type': type },
    });
  for (const charset of ['latin1', '"iso-8859-1"', 'utf-16', 'utf-8x']) {
    const answer = await post(`application/json; Charset=${charset}`);
    assert.equal(answer.statusCode, 415, charset);
    assert.equal(answer.json().code, 'unsupported_media_type', charset);
  }
  assert.equal((await me.call('GET', '/v1/courses')).json().items.length, 0);
  for (const parameters of ['', '; charset=utf-8', ';charset="UTF-8"', '; v=1; CHARSET=Utf-8']) {
    const answer = await post(`application/json${parameters}`);
    assert.equal(answer.statusCode, 201, parameters);
    assert.equal(answer.json().title, 'Größe');
  }
});

test('a wrong method says which are right', async () => {
  const { app } = await freshApi();
  const answer = await app.inject({ method: 'PUT', url: '/v1/courses' });
  assert.equal(answer.statusCode, 405);
  assert.equal(answer.headers['allow'], 'GET, HEAD, POST');
});

test('what is no HTTP is answered and the connection closed', async () => {
  const api = await freshApi();
  const port = await listen(api.app);
  const wrong: [string, string | Buffer, number, string][] = [
    ['no HTTP', 'hello\r\n\r\n', 400, 'malformed_http'],
    ['TLS', Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), 400, 'malformed_http'],
    [
      'two lengths',
      'POST /v1/courses HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      400,
      'malformed_http',
    ],
    [
      'smuggling',
      'POST /v1/courses HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'malformed_http',
    ],
    [
      'a header with a line end',
      'GET / HTTP/1.1\r\nHost: a\r\nX-A: a\rb\r\n\r\n',
      400,
      'malformed_http',
    ],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ];
  for (const [what, bytes, status, code] of wrong) {
    const answer = await exchange(port, bytes);
    assert.equal(answer.status, status, what);
    assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/, what);
    const problem: { code?: unknown; requestId?: unknown } = JSON.parse(answer.body);
    assert.equal(problem.code, code, what);
    assert.equal(problem.requestId, answer.headers['x-request-id'], what);
  }
  assert.deepEqual(
    api.lines.filter(({ level }) => level >= 40),
    [],
  );
});

test('a fault of our own is logged as an error and says nothing of itself', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  await api.store.postgres.schema.alterTable('courses').renameTo('elsewhere').execute();
  const answer = await me.call('GET', `/v1/courses/${newId()}`);
  assert.equal(answer.statusCode, 500);
  assert.equal(answer.json().code, 'internal_error');
  assert.doesNotMatch(answer.body, /relation|courses" does|elsewhere/);
  assert.equal(api.lines.filter(({ level }) => level === 50).length, 1);
});

test('while the database is away requests are told so, and what needs none of it goes on', async () => {
  const api = await freshApi({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
  const token = await api.store.access.issueToken({ userId: newId(), sessionId: newId() });
  const answer = await api.app.inject({
    method: 'GET',
    url: '/v1/me',
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.json().code, 'database_unavailable');
  assert.equal(answer.headers['retry-after'], '5');
  assert.doesNotMatch(answer.body, /ECONN|127\.0\.0\.1/);
  assert.equal((await api.app.inject({ method: 'GET', url: '/healthz' })).statusCode, 200);
  assert.equal(api.lines.filter(({ level }) => level >= 50).length, 0);
});

test('a request id is taken when it is sane, else made', async () => {
  const { app } = await freshApi();
  const idFor = async (given: string) => {
    const answer = await app.inject({
      method: 'GET',
      url: '/healthz',
      headers: { 'x-request-id': given },
    });
    return String(answer.headers['x-request-id']);
  };
  for (const sane of ['a', 'trace-1.2:3_4', newId()]) assert.equal(await idFor(sane), sane);
  for (const odd of ['', 'two words', 'a'.repeat(129), '{"a":1}', 'é']) {
    assert.match(await idFor(odd), /^[0-9a-f-]{36}$/);
  }
});
