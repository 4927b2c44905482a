import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshApi, makeCourse } from '../testing/fresh-api.ts';

const password = 'correct horse battery';

test('the first account is an admin, however many come at once, and all others are users', async () => {
  const { app, store } = await freshApi();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      app.inject({
        method: 'POST',
        url: '/v1/auth/register',
        body: { email: `p${i}@example.org`, password, name: `P${i}` },
      }),
    ),
  );
  assert.deepEqual(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
  const users = await store.postgres.selectFrom('users').select('role').execute();
  assert.equal(users.filter(({ role }) => role === 'admin').length, 1);
  assert.equal(users.filter(({ role }) => role === 'user').length, 11);
});

test('an account is made, logged in to, used by token and by cookie, and logged out of', async () => {
  const { app, store } = await freshApi();
  const body = { email: '  Ada@Example.ORG ', password, name: 'Ada' };
  const made = await app.inject({ method: 'POST', url: '/v1/auth/register', body });
  assert.equal(made.statusCode, 201);
  const { user, accessToken, expiresIn } = made.json();
  assert.equal(user.email, 'ada@example.org');
  assert.equal(expiresIn, 12 * 3_600);
  assert.equal('password_hash' in user, false);
  const [row] = await store.postgres.selectFrom('sessions').selectAll().execute();
  assert.ok(row !== undefined && !row.token_hash.includes(accessToken), 'the token is not kept');

  const again = { email: 'ADA@example.org', password };
  const login = await app.inject({ method: 'POST', url: '/v1/auth/login', body: again });
  assert.equal(login.statusCode, 200);
  const cookie = String(login.headers['set-cookie']);
  assert.match(
    cookie,
    /^lectern_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  );
  const byCookie = { cookie: cookie.split(';', 1)[0] ?? '' };
  for (const headers of [byCookie, { authorization: `Bearer ${accessToken}` }]) {
    const me = await app.inject({ method: 'GET', url: '/v1/me', headers });
    assert.deepEqual(me.json(), user);
  }

  const out = await app.inject({
    method: 'POST',
    url: '/v1/auth/logout',
    headers: { ...byCookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
  });
  assert.equal(out.statusCode, 204);
  assert.match(String(out.headers['set-cookie']), /^lectern_session=; .*Max-Age=0/);
  const after = await app.inject({ method: 'GET', url: '/v1/me', headers: byCookie });
  assert.equal(after.json().code, 'unauthenticated');
  assert.equal(after.headers['www-authenticate'], 'Bearer');
  // The other login of the same person goes on.
  const other = await app.inject({
    method: 'GET',
    url: '/v1/me',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  assert.equal(other.statusCode, 200);
});

test('the cookie travels by https alone when the request did', async () => {
  const { app } = await freshApi({ TRUST_PROXY: '1' });
  const body = { email: 'a@example.org', password, name: 'A' };
  const headers = { 'x-forwarded-proto': 'https' };
  const made = await app.inject({ method: 'POST', url: '/v1/auth/register', body, headers });
  assert.match(String(made.headers['set-cookie']), /; Secure$/);
  assert.match(String(made.headers['strict-transport-security']), /max-age/);
});

test('a taken email, in whatever letters, is refused and changes nothing', async () => {
  const { app, store } = await freshApi();
  const register = (email: string) =>
    app.inject({ method: 'POST', url: '/v1/auth/register', body: { email, password, name: 'A' } });
  await register('ada@example.org');
  const second = await register('ADA@EXAMPLE.org');
  assert.equal(second.statusCode, 409);
  assert.equal(second.json().code, 'email_taken');
  assert.equal((await store.postgres.selectFrom('users').select('id').execute()).length, 1);
});

test('a wrong password and an unknown email are answered alike', async () => {
  const { app } = await freshApi();
  const register = { email: 'ada@example.org', password, name: 'A' };
  await app.inject({ method: 'POST', url: '/v1/auth/register', body: register });
  const answers: unknown[] = [];
  const times: number[] = [];
  for (const email of ['ada@example.org', 'nobody@example.org']) {
    let bestMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i++) {
      const startedMs = performance.now();
      const body = { email, password: 'another password' };
      const answer = await app.inject({ method: 'POST', url: '/v1/auth/login', body });
      bestMs = Math.min(bestMs, performance.now() - startedMs);
      const { requestId, ...rest } = answer.json();
      assert.equal(typeof requestId, 'string');
      answers.push({ status: answer.statusCode, ...rest });
    }
    times.push(bestMs);
  }
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  const [known = 0, unknown = 0] = times;
  assert.ok(unknown > known / 3, `unknown took ${unknown} ms, known ${known} ms`);
});

test('passwords, names and emails that do not do are refused with the field', async () => {
  const { app, store } = await freshApi();
  const good = { email: 'ada@example.org', password, name: 'Ada' };
  const bad: Record<string, Record<string, unknown>> = {
    'body.password': { ...good, password: 'short' },
    'body.email': { ...good, email: 'no address' },
    'body.name': { ...good, name: 'A\nB' },
    'body.role': { ...good, role: 'admin' },
  };
  for (const [path, body] of Object.entries(bad)) {
    const answer = await app.inject({ method: 'POST', url: '/v1/auth/register', body });
    assert.equal(answer.statusCode, 400, path);
    assert.equal(answer.json().errors[0].path, path);
  }
  assert.equal((await store.postgres.selectFrom('users').select('id').execute()).length, 0);
});

test('a login ends when its time is over', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  await api.store.postgres
    .updateTable('sessions')
    .set({ expires_at: new Date(Date.now() - 1_000) })
    .execute();
  assert.equal((await me.call('GET', '/v1/me')).statusCode, 401);
});

test('tokens that cannot be one are refused', async () => {
  const { app } = await freshApi();
  for (const authorization of [
    'Bearer x',
    'Bearer',
    'Basic YTpi',
    `Bearer ${'a'.repeat(43)}`,
    "Bearer 'or 1=1",
  ]) {
    const answer = await app.inject({ method: 'GET', url: '/v1/me', headers: { authorization } });
    assert.equal(answer.statusCode, 401, authorization);
  }
});

test('a change with the cookie must come from a page of this site', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  await makeCourse(me);
  const cookie = `lectern_session=${me.token}`;
  const post = (headers: Record<string, string>) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/courses',
      headers: { cookie, host: 'lectern.example', ...headers },
      body: { title: 'Mine' },
    });
  const refused = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://lectern.example' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of refused) {
    const answer = await post(headers);
    assert.equal(answer.statusCode, 403, JSON.stringify(headers));
    assert.equal(answer.json().code, 'cross_origin');
  }
  assert.equal((await post({ origin: 'http://lectern.example' })).statusCode, 201);
  assert.equal((await post({ 'sec-fetch-site': 'same-origin' })).statusCode, 201);
  const rows = await api.store.postgres.selectFrom('courses').select('id').execute();
  assert.equal(rows.length, 3);
  const read = await api.app.inject({
    method: 'GET',
    url: '/v1/me',
    headers: { cookie, origin: 'https://evil.example' },
  });
  assert.equal(read.statusCode, 200);
});
