import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookiesOf, valueOf } from '../testing/cookies.ts';
import { freshApi } from '../testing/fresh-api.ts';

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

test('a login ends when its time is over', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  await api.store.postgres
    .updateTable('sessions')
    .set({ expires_at: new Date(Date.now() - 1_000) })
    .execute();
  assert.equal((await me.call('GET', '/v1/me')).statusCode, 401);
});
