import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csrfTokenOf } from '@lectern/db/access/credentials';
import { buildApp } from '../app.ts';
import { cookiesOf, valueOf } from '../testing/cookies.ts';
import { freshApi } from '../testing/fresh-api.ts';
import { countAll } from '../testing/keep-count.ts';

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
  assert.equal(expiresIn, 15 * 60);
  assert.equal('password_hash' in user, false);

  const again = { email: 'ADA@example.org', password };
  const login = await app.inject({ method: 'POST', url: '/v1/auth/login', body: again });
  assert.equal(login.statusCode, 200);
  const [refresh, session, csrf] = cookiesOf(login);
  assert.match(
    refresh,
    /^lectern_refresh=[\w-]{86}; Path=\/v1\/auth; Max-Age=2592000; SameSite=Strict; HttpOnly$/,
  );
  assert.match(
    session,
    /^lectern_session=[\w-]{43}; Path=\/; Max-Age=2592000; SameSite=Lax; HttpOnly$/,
  );
  assert.match(csrf, /^XSRF-TOKEN=[\w-]{43}; Path=\/; Max-Age=2592000; SameSite=Lax$/);
  const rows = JSON.stringify(await store.postgres.selectFrom('sessions').selectAll().execute());
  for (const secret of [accessToken, valueOf(refresh), valueOf(session), valueOf(csrf)]) {
    assert.ok(!rows.includes(secret), 'no token is kept');
  }
  const byCookie = { cookie: `lectern_session=${valueOf(session)}` };
  for (const headers of [byCookie, { authorization: `Bearer ${accessToken}` }]) {
    const me = await app.inject({ method: 'GET', url: '/v1/me', headers });
    assert.deepEqual(me.json(), user);
  }

  const out = await app.inject({
    method: 'POST',
    url: '/v1/auth/logout',
    headers: {
      ...byCookie,
      'x-xsrf-token': valueOf(csrf),
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/json',
    },
  });
  assert.equal(out.statusCode, 204);
  for (const cookie of cookiesOf(out)) assert.match(cookie, /^[\w-]+=; .*Max-Age=0/);
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

test('a logout by token ends that login at once, its cookie and refresh token too', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  assert.equal((await me.call('POST', '/v1/auth/logout')).statusCode, 204);
  assert.equal((await me.call('GET', '/v1/me')).statusCode, 401);
  const cookie = `lectern_session=${me.cookie}; lectern_refresh=${me.refreshToken}`;
  const byCookie = await api.app.inject({ url: '/v1/me', headers: { cookie } });
  assert.equal(byCookie.statusCode, 401);
  const refresh = { method: 'POST', url: '/v1/auth/refresh', headers: { cookie } } as const;
  assert.equal((await api.app.inject(refresh)).statusCode, 401);
});

test('a logout ends the login of a refresh cookie that comes alone', async () => {
  const api = await freshApi();
  const { refreshToken } = await api.logIn();
  const headers = { cookie: `lectern_refresh=${refreshToken}` };
  const out = await api.app.inject({ method: 'POST', url: '/v1/auth/logout', headers });
  assert.equal(out.statusCode, 204);
  assert.deepEqual(await api.store.postgres.selectFrom('sessions').select('id').execute(), []);
});

test('cookies travel by https alone when the request did', async () => {
  const { app } = await freshApi({ TRUST_PROXY: '1' });
  const body = { email: 'a@example.org', password, name: 'A' };
  const headers = { 'x-forwarded-proto': 'https' };
  const made = await app.inject({ method: 'POST', url: '/v1/auth/register', body, headers });
  for (const cookie of cookiesOf(made)) assert.match(cookie, /; Secure$/);
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

test('a wrong password and an unknown email are answered alike, in words and in time', async () => {
  const { app } = await freshApi();
  const register = { email: 'ada@example.org', password, name: 'A' };
  await app.inject({ method: 'POST', url: '/v1/auth/register', body: register });
  const answers: unknown[] = [];
  const times: Record<string, number[]> = { 'ada@example.org': [], 'nobody@example.org': [] };
  // In turn, so that whatever else the machine does falls on both.
  for (let i = 0; i < 9; i++) {
    for (const [email, taken] of Object.entries(times)) {
      const startedMs = performance.now();
      const body = { email, password: 'another password' };
      const answer = await app.inject({ method: 'POST', url: '/v1/auth/login', body });
      taken.push(performance.now() - startedMs);
      const { requestId, ...rest } = answer.json();
      assert.equal(typeof requestId, 'string');
      answers.push({ status: answer.statusCode, ...rest });
    }
  }
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  const [known = 0, unknown = 0] = Object.values(times).map(
    (taken) => taken.toSorted((a, b) => a - b)[4],
  );
  // A look-up that skips the hash takes a tenth of the time; noise does not make one double.
  assert.ok(unknown > known / 2 && known > unknown / 2, `known ${known} ms, unknown ${unknown} ms`);
});

test('who guesses waits longer each time, and the owner elsewhere does not', async () => {
  const { app } = await freshApi({ TRUST_PROXY: '1' });
  const register = { email: 'ada@example.org', password, name: 'A' };
  await app.inject({ method: 'POST', url: '/v1/auth/register', body: register });
  const logIn = (word: string, from: string) =>
    app.inject({
      method: 'POST',
      url: '/v1/auth/login',
      body: { email: 'ada@example.org', password: word },
      headers: { 'x-forwarded-for': from },
    });
  const guesses = Array.from({ length: 30 }, (_, i) => logIn(`wrong guess ${i}`, '203.0.113.9'));
  const codes = (await Promise.all(guesses)).map((answer) => answer.json().code);
  assert.equal(codes.filter((code) => code === 'bad_credentials').length, 10);
  assert.equal(codes.filter((code) => code === 'login_delayed').length, 20);
  const late = await logIn(password, '203.0.113.9');
  assert.equal(late.statusCode, 429);
  assert.ok(Number(late.headers['retry-after']) >= 1);
  assert.equal((await logIn(password, '198.51.100.1')).statusCode, 200);
});

test('a hash of an older cost is made anew at the next login', async () => {
  const { app, store } = await freshApi({ LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  const body = { email: 'ada@example.org', password, name: 'Ada' };
  await app.inject({ method: 'POST', url: '/v1/auth/register', body });
  const hashOf = async () =>
    (await store.postgres.selectFrom('users').select('password_hash').executeTakeFirstOrThrow())
      .password_hash;
  const before = await hashOf();
  assert.match(before, /\$m=8192,t=1,p=1\$/);
  const config = { ...store.config, passwordCost: { memory: 9_216, passes: 1, parallelism: 1 } };
  const stricter = await buildApp({ ...store, config });
  const { email } = body;
  const wrong = { email, password: 'another password' };
  await stricter.inject({ method: 'POST', url: '/v1/auth/login', body: wrong });
  assert.equal(await hashOf(), before);
  const login = { method: 'POST', url: '/v1/auth/login', body: { email, password } } as const;
  assert.equal((await stricter.inject(login)).statusCode, 200);
  assert.match(await hashOf(), /\$m=9216,t=1,p=1\$/);
  assert.equal((await stricter.inject(login)).statusCode, 200);
  await stricter.close();
});

const good = { email: 'ada@example.org', password, name: 'Ada' };
const bad: readonly [path: string, body: Record<string, unknown>][] = [
  ['body.password', { ...good, password: 'short' }],
  ['body.password', { ...good, password: 'x'.repeat(201) }],
  ['body.email', { ...good, email: 'no address' }],
  ['body.email', { ...good, email: 'ada@example.org\nBcc: all@example.org' }],
  ['body.email', { ...good, email: 'ada\u0007@example.org' }],
  ['body.email', { ...good, email: `${'a'.repeat(250)}@example.org` }],
  ['body.name', { ...good, name: 'A\nB' }],
  ['body.name', { ...good, name: 'A\u0007B' }],
  ['body.name', { ...good, name: 'A'.repeat(10_000) }],
  ['body.name', { ...good, name: '   ' }],
  ['body.role', { ...good, role: 'admin' }],
];
test('passwords, names and emails that do not do are refused with the field, and nothing is made', async () => {
  const { app, store } = await freshApi();
  for (const [path, body] of bad) {
    const answer = await app.inject({ method: 'POST', url: '/v1/auth/register', body });
    assert.equal(answer.statusCode, 400, JSON.stringify(body).slice(0, 80));
    assert.equal(answer.json().errors[0].path, path);
  }
  const huge = { ...good, password: 'x'.repeat(1024 * 1024) };
  for (const url of ['/v1/auth/register', '/v1/auth/login']) {
    const answer = await app.inject({ method: 'POST', url, body: huge });
    assert.deepEqual([answer.statusCode, answer.json().code], [413, 'body_too_large']);
  }
  const { users, runs } = await countAll(store);
  assert.deepEqual([users, runs], [0, 0]);
});

test('the same address in another Unicode form is the same account', async () => {
  const { app, store } = await freshApi();
  const register = (email: string) =>
    app.inject({ method: 'POST', url: '/v1/auth/register', body: { ...good, email } });
  assert.equal((await register('josé@münchen.example')).statusCode, 201);
  for (const email of [
    'jose\u0301@münchen.example',
    'JOSÉ@xn--mnchen-3ya.example',
    'ｊｏｓé@münchen.example',
  ]) {
    const answer = await register(email);
    assert.deepEqual([answer.statusCode, answer.json().code], [409, 'email_taken'], email);
    const body = { email, password };
    const login = await app.inject({ method: 'POST', url: '/v1/auth/login', body });
    assert.equal(login.statusCode, 200, email);
  }
  assert.equal((await countAll(store)).users, 1);
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

test('a change with the cookie needs the token that only a page of this site can read', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const other = await api.logIn();
  const cookie = `lectern_session=${me.cookie}`;
  const token = csrfTokenOf(me.cookie);
  const post = (headers: Record<string, string>) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/courses',
      headers: { cookie, ...headers },
      body: { title: 'Mine' },
    });
  const refused: Record<string, string>[] = [
    {},
    { origin: 'http://lectern.example', 'sec-fetch-site': 'same-origin' },
    { 'x-xsrf-token': 'x'.repeat(43) },
    { 'x-xsrf-token': '' },
    { 'x-xsrf-token': csrfTokenOf(other.cookie) },
    { 'x-xsrf-token': token, 'sec-fetch-site': 'cross-site' },
    { 'x-xsrf-token': token, 'sec-fetch-site': 'same-site' },
    // A second cookie that somebody planted beside it changes nothing.
    { cookie: `${cookie}; XSRF-TOKEN=abc`, 'x-xsrf-token': 'abc' },
  ];
  for (const headers of refused) {
    const answer = await post(headers);
    assert.equal(answer.statusCode, 403, JSON.stringify(headers));
    assert.equal(answer.json().code, 'csrf_failed');
  }
  assert.equal((await countAll(api.store)).courses, 0);
  assert.equal((await post({ 'x-xsrf-token': token })).statusCode, 201);
  const browser = { 'x-csrf-token': token, 'sec-fetch-site': 'same-origin' };
  assert.equal((await post(browser)).statusCode, 201);
  assert.equal((await countAll(api.store)).courses, 2);
  const elsewhere = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const read = await api.app.inject({ method: 'GET', url: '/v1/me', headers: elsewhere });
  assert.equal(read.statusCode, 200);
});

test('a token in the header speaks for the request, whatever cookie comes with it', async () => {
  const api = await freshApi();
  const [me, other] = [await api.logIn(), await api.logIn()];
  const headers = { cookie: `lectern_session=${other.cookie}` };
  const made = await me.call('POST', '/v1/courses', { body: { title: 'Mine' }, headers });
  assert.equal(made.statusCode, 201);
  assert.equal(made.json().ownerId, me.userId);
});

test('the cookie is no bearer token, and the refresh token is neither', async () => {
  const api = await freshApi();
  const { cookie, refreshToken } = await api.logIn();
  for (const token of [cookie, refreshToken]) {
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await api.app.inject({ url: '/v1/me', headers })).statusCode, 401);
  }
  const headers = { cookie: `lectern_session=${refreshToken}` };
  assert.equal((await api.app.inject({ url: '/v1/me', headers })).statusCode, 401);
});
