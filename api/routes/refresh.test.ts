import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logInAgain } from '@lectern/db/testing/log-in-as';
import { cookiesOf, valueOf } from '../testing/cookies.ts';
import { freshApi, type TestApi } from '../testing/fresh-api.ts';

function refresh({ app }: TestApi, token: string, cookies = '') {
  const headers = { cookie: `lectern_refresh=${token}${cookies}` };
  return app.inject({ method: 'POST', url: '/v1/auth/refresh', headers });
}

async function refreshed(api: TestApi, token: string): Promise<string> {
  const answer = await refresh(api, token);
  assert.equal(answer.statusCode, 200);
  return valueOf(cookiesOf(answer)[0]);
}

/** As if the last refresh had been so long ago. */
async function age({ store }: TestApi, seconds: number): Promise<void> {
  const rotatedAt = new Date(Date.now() - seconds * 1_000);
  await store.postgres.updateTable('sessions').set({ rotated_at: rotatedAt }).execute();
}

test('a refresh needs the cookie alone, and gives another token and a new access token', async () => {
  const api = await freshApi();
  const { userId, refreshToken } = await api.logIn();
  const answer = await refresh(api, refreshToken);
  assert.equal(answer.statusCode, 200);
  const { user, accessToken, expiresIn } = answer.json();
  assert.deepEqual([user.id, expiresIn], [userId, 900]);
  const [cookie] = cookiesOf(answer);
  assert.match(cookie, /; Path=\/v1\/auth; .*SameSite=Strict; HttpOnly$/);
  assert.notEqual(valueOf(cookie), refreshToken);
  const headers = { authorization: `Bearer ${accessToken}` };
  assert.equal((await api.app.inject({ url: '/v1/me', headers })).statusCode, 200);
});

test('two tabs that refresh at the same time get the same successor', async () => {
  const api = await freshApi();
  const { refreshToken } = await api.logIn();
  const tokens = await Promise.all(Array.from({ length: 8 }, () => refreshed(api, refreshToken)));
  assert.equal(new Set(tokens).size, 1);
  await age(api, 9);
  assert.equal(await refreshed(api, refreshToken), tokens[0]);
  await refreshed(api, tokens[0] ?? '');
});

test('a token that was replaced ends the whole login when it comes again, and nobody else', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const elsewhere = await logInAgain(api.store, me.userId);
  const second = await refreshed(api, me.refreshToken);
  await age(api, 11);
  const reused = await refresh(api, me.refreshToken);
  assert.equal(reused.statusCode, 401);
  assert.equal(reused.json().code, 'refresh_reused');
  assert.match(cookiesOf(reused)[0], /^lectern_refresh=; .*Max-Age=0/);
  assert.equal((await refresh(api, second)).statusCode, 401);
  assert.equal((await me.call('GET', '/v1/me')).statusCode, 401);
  assert.equal((await refresh(api, elsewhere.refreshToken)).statusCode, 200);
  const logged = await api.store.postgres
    .selectFrom('audit_log')
    .select(['action', 'actor_id', 'subject_id'])
    .execute();
  const entry = { action: 'login.reused', actor_id: me.userId, subject_id: me.sessionId };
  assert.deepEqual(logged, [entry]);
});

test('an older token than the last ends the login too, however soon it comes', async () => {
  const api = await freshApi();
  const { refreshToken } = await api.logIn();
  await refreshed(api, await refreshed(api, refreshToken));
  assert.equal((await refresh(api, refreshToken)).json().code, 'refresh_reused');
  assert.deepEqual(await api.store.postgres.selectFrom('sessions').select('id').execute(), []);
});

test('what is no refresh token opens nothing and ends nothing', async () => {
  const api = await freshApi();
  const { refreshToken } = await api.logIn();
  const other = await api.logIn();
  // The right login with a family that was guessed: its id is no secret.
  const bytes = Buffer.from(refreshToken, 'base64url');
  bytes.fill(7, 16);
  const guessed = bytes.toString('base64url');
  for (const token of ['', 'x', 'x'.repeat(86), guessed, other.token, other.cookie]) {
    const answer = await refresh(api, token);
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'unauthenticated'], token);
  }
  const none = await api.app.inject({ method: 'POST', url: '/v1/auth/refresh' });
  assert.equal(none.statusCode, 401);
  assert.equal((await refresh(api, refreshToken)).statusCode, 200);
});

test('a refresh prolongs the login and the cookies of the browser; a lapsed one is over', async () => {
  const api = await freshApi();
  const { refreshToken, cookie } = await api.logIn();
  const soon = new Date(Date.now() + 60_000);
  await api.store.postgres.updateTable('sessions').set({ expires_at: soon }).execute();
  const answer = await refresh(api, refreshToken, `; lectern_session=${cookie}`);
  const [next, session, csrf] = cookiesOf(answer);
  assert.equal(valueOf(session), cookie);
  for (const line of [next, session, csrf]) assert.match(line, /Max-Age=2592000/);
  const [row] = await api.store.postgres.selectFrom('sessions').select('expires_at').execute();
  assert.ok(row && row.expires_at.getTime() > Date.now() + 29 * 24 * 3_600_000);
  const before = new Date(Date.now() - 1_000);
  await api.store.postgres.updateTable('sessions').set({ expires_at: before }).execute();
  assert.equal((await refresh(api, valueOf(next))).statusCode, 401);
});

test('the rows of refreshed logins do not grow', async () => {
  const api = await freshApi();
  let { refreshToken } = await api.logIn();
  for (let i = 0; i < 20; i++) refreshToken = await refreshed(api, refreshToken);
  assert.equal((await api.store.postgres.selectFrom('sessions').select('id').execute()).length, 1);
});
