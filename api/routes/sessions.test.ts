import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { type LoggedIn, logInAgain } from '@lectern/db/testing/log-in-as';
import { cookiesOf } from '../testing/cookies.ts';
import { freshApi, type TestApi } from '../testing/fresh-api.ts';
import { callWith, makeToken } from '../testing/make-token.ts';

/** What a login's access token and cookie are answered with. */
async function use({ app }: TestApi, { token, cookie }: LoggedIn) {
  const read = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/v1/me', headers })).statusCode;
  return {
    token: await read({ authorization: `Bearer ${token}` }),
    cookie: await read({ cookie: `lectern_session=${cookie}` }),
  };
}

/** The same of its refresh token, which is good once. */
async function refresh({ app }: TestApi, { refreshToken }: LoggedIn): Promise<number> {
  const headers = { cookie: `lectern_refresh=${refreshToken}` };
  return (await app.inject({ method: 'POST', url: '/v1/auth/refresh', headers })).statusCode;
}

const good = { token: 200, cookie: 200 };
const over = { token: 401, cookie: 401 };

function listEntries({ store }: TestApi) {
  return store.postgres
    .selectFrom('audit_log')
    .select(['action', 'actor_id', 'subject_id', 'after'])
    .where('action', 'like', 'login.end%')
    .orderBy('id')
    .execute();
}

test('a person sees where they are logged in, newest first, and which login is this one', async () => {
  const { app } = await freshApi({ TRUST_PROXY: '1', LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  const account = { email: 'ada@example.org', password: 'correct horse battery' };
  const enter = async (url: string, body: object, agent: string, address: string) => {
    const headers = { 'user-agent': agent, 'x-forwarded-for': address };
    const answer = await app.inject({ method: 'POST', url, body, headers });
    return { authorization: `Bearer ${answer.json().accessToken}` };
  };
  const body = { ...account, name: 'Ada' };
  const first = await enter('/v1/auth/register', body, 'Firefox', '203.0.113.7');
  const second = await enter('/v1/auth/login', account, 'x'.repeat(400), '2001:db8::7');
  const stranger = { ...body, email: 'eve@example.org' };
  await enter('/v1/auth/register', stranger, 'Other', '198.51.100.1');

  for (const [headers, current] of [
    [first, [false, true]],
    [second, [true, false]],
  ] as const) {
    const { items, nextCursor } = (await app.inject({ url: '/v1/me/sessions', headers })).json();
    assert.equal(nextCursor, null);
    const seen = items.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
    assert.deepEqual(seen, current);
    const [newer, older] = items;
    assert.deepEqual([newer.userAgent, newer.address], ['x'.repeat(300), '2001:db8::7']);
    assert.deepEqual([older.userAgent, older.address], ['Firefox', '203.0.113.7']);
    assert.equal(older.refreshedAt, null);
    const lifeMs = Date.parse(older.expiresAt) - Date.parse(older.createdAt);
    assert.equal(Math.round(lifeMs / (24 * 3_600_000)), 30);
    const keys = 'id isCurrent userAgent address createdAt refreshedAt expiresAt';
    assert.deepEqual(Object.keys(older), keys.split(' '));
  }
});

test('a refreshed login says when, and one that has run out is not listed', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const lapsed = await logInAgain(api.store, me.userId);
  await api.store.postgres
    .updateTable('sessions')
    .set({ expires_at: new Date(Date.now() - 1_000) })
    .where('id', '=', lapsed.sessionId)
    .execute();
  assert.equal(await refresh(api, me), 200);
  const { items } = (await me.call('GET', '/v1/me/sessions')).json();
  assert.deepEqual([items.length, items[0].id], [1, me.sessionId]);
  assert.ok(Date.parse(items[0].refreshedAt) >= Date.parse(items[0].createdAt));
});

test('pages of logins follow each other; to a token none of them is its own', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const made = [me.sessionId];
  for (let i = 0; i < 4; i++) made.unshift((await logInAgain(api.store, me.userId)).sessionId);
  const call = callWith(api, (await makeToken(me, ['account'])).token);
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = (await call('GET', `/v1/me/sessions?limit=2${cursor}`)).answer.json();
    for (const { id, isCurrent } of page.items) {
      assert.equal(isCurrent, false);
      seen.push(id);
    }
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  assert.deepEqual(seen, made);
});

test('a login that is ended stops at once, in all its forms, and no other does', async () => {
  const api = await freshApi();
  const [me, other] = [await api.logIn(), await api.logIn()];
  const elsewhere = await logInAgain(api.store, me.userId);
  for (const login of [me, elsewhere, other]) assert.deepEqual(await use(api, login), good);
  const end = () => me.call('DELETE', `/v1/me/sessions/${elsewhere.sessionId}`);
  const ended = await end();
  assert.deepEqual([ended.statusCode, ended.body], [204, '']);
  assert.deepEqual(await use(api, elsewhere), over);
  assert.equal(await refresh(api, elsewhere), 401);
  for (const login of [me, other]) {
    assert.deepEqual(await use(api, login), good);
    assert.equal(await refresh(api, login), 200);
  }
  assert.equal((await end()).statusCode, 404);
  const { userId: actor_id } = me;
  assert.deepEqual(await listEntries(api), [
    { action: 'login.end', actor_id, subject_id: elsewhere.sessionId, after: null },
  ]);
});

test('this login can be ended too', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  assert.equal((await me.call('DELETE', `/v1/me/sessions/${me.sessionId}`)).statusCode, 204);
  assert.deepEqual(await use(api, me), over);
});

test("another person's login is not found, also by an admin, and goes on", async () => {
  const api = await freshApi();
  const [other, admin] = [await api.logIn(), await api.logIn('admin')];
  for (const id of [other.sessionId, newId(), 'x', other.sessionId.toUpperCase()]) {
    const answer = await admin.call('DELETE', `/v1/me/sessions/${id}`);
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found'], id);
  }
  assert.deepEqual(await use(api, other), good);
  assert.deepEqual(await listEntries(api), []);
});

test('all logins end together, this one too, and tokens and other people stay', async () => {
  const api = await freshApi();
  const [me, other] = [await api.logIn(), await api.logIn()];
  const elsewhere = [
    await logInAgain(api.store, me.userId),
    await logInAgain(api.store, me.userId),
  ];
  const call = callWith(api, (await makeToken(me, ['read'])).token);
  for (const login of [me, ...elsewhere, other]) assert.deepEqual(await use(api, login), good);
  assert.equal((await call('GET', '/v1/me')).status, 200);

  const ended = await me.call('POST', '/v1/auth/logout-everywhere');
  assert.equal(ended.statusCode, 204);
  const names = ['lectern_refresh', 'lectern_session', 'XSRF-TOKEN'];
  for (const [i, cookie] of cookiesOf(ended).entries()) {
    assert.match(cookie, new RegExp(`^${names[i]}=; .*Max-Age=0`));
  }
  for (const login of [me, ...elsewhere]) {
    assert.deepEqual(await use(api, login), over);
    assert.equal(await refresh(api, login), 401);
  }
  assert.deepEqual(await use(api, other), good);
  assert.equal((await call('GET', '/v1/me')).status, 200);
  const { userId } = me;
  assert.deepEqual(await listEntries(api), [
    { action: 'login.end_all', actor_id: userId, subject_id: userId, after: { ended: 3 } },
  ]);
});

test('nobody without a login lists or ends any', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  for (const [method, url] of [
    ['GET', '/v1/me/sessions'],
    ['DELETE', `/v1/me/sessions/${me.sessionId}`],
    ['POST', '/v1/auth/logout-everywhere'],
  ] as const) {
    assert.equal((await api.app.inject({ method, url })).statusCode, 401, url);
  }
  assert.deepEqual(await use(api, me), good);
});
