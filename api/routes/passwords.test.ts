import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockUser } from '@lectern/db/postgres/users';
import { untilWaiting } from '@lectern/db/testing/until-waiting';
import { cookiesOf, valueOf } from '../testing/cookies.ts';
import { freshApi } from '../testing/fresh-api.ts';

const email = 'ada@example.org';
const password = 'correct horse battery';
const newPassword = 'staple correct horse';

/** An account with a password, and the login that came with it. */
async function freshAccount() {
  const api = await freshApi({ LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  const post = (url: string, body: object, headers: Record<string, string> = {}) =>
    api.app.inject({ method: 'POST', url, body, headers });
  const made = await post('/v1/auth/register', { email, password, name: 'Ada' });
  assert.equal(made.statusCode, 201);
  const userId: string = made.json().user.id;
  const authorization = `Bearer ${made.json().accessToken}`;
  const change = (body: object) => post('/v1/me/password', body, { authorization });
  const logIn = (word: string) => post('/v1/auth/login', { email, password: word });
  const read = async (headers: Record<string, string>) =>
    (await api.app.inject({ url: '/v1/me', headers })).statusCode;
  const { postgres } = api.store;
  const findHash = async () =>
    (await postgres.selectFrom('users').select('password_hash').executeTakeFirstOrThrow())
      .password_hash;
  const listEntries = () =>
    postgres
      .selectFrom('audit_log')
      .select(['actor_id', 'subject_id', 'before', 'after', 'request_id'])
      .where('action', '=', 'account.change_password')
      .execute();
  const listMails = async () =>
    (await postgres.selectFrom('runs').select(['job', 'owner', 'payload']).execute()).filter(
      ({ payload }) => payload['kind'] === 'password_changed',
    );
  const here = { authorization };
  return { ...api, userId, here, post, change, logIn, read, findHash, listEntries, listMails };
}

test('a new password ends the other logins, and leaves this one and the tokens', async () => {
  const me = await freshAccount();
  const wanted = { name: 'backup', scopes: ['read'] };
  const { token } = (await me.post('/v1/me/tokens', wanted, me.here)).json();
  const elsewhere = await me.logIn(password);
  const [refresh, session] = cookiesOf(elsewhere);
  const byToken = { authorization: `Bearer ${elsewhere.json().accessToken}` };
  const byCookie = { cookie: `lectern_session=${valueOf(session)}` };
  // All of them were used before, so that each is known to the process.
  for (const headers of [byToken, byCookie]) assert.equal(await me.read(headers), 200);

  const body = { currentPassword: password, newPassword };
  const done = await me.post('/v1/me/password', body, { ...me.here, 'x-request-id': 'pw-1' });
  assert.deepEqual([done.statusCode, done.body], [204, '']);
  assert.equal(await me.read(me.here), 200);
  assert.equal(await me.read({ authorization: `Bearer ${token}` }), 200);
  for (const headers of [byToken, byCookie]) assert.equal(await me.read(headers), 401);
  const cookie = `lectern_refresh=${valueOf(refresh)}`;
  assert.equal((await me.post('/v1/auth/refresh', {}, { cookie })).statusCode, 401);
  assert.equal((await me.logIn(password)).json().code, 'bad_credentials');
  assert.equal((await me.logIn(newPassword)).statusCode, 200);

  const { userId } = me;
  assert.deepEqual(await me.listEntries(), [
    { actor_id: userId, subject_id: userId, before: null, after: null, request_id: 'pw-1' },
  ]);
  assert.deepEqual(await me.listMails(), [
    { job: 'mail.send', owner: userId, payload: { kind: 'password_changed', id: userId } },
  ]);
});

test('with another current password nothing changes', async () => {
  const me = await freshAccount();
  const hash = await me.findHash();
  const elsewhere = (await me.logIn(password)).json().accessToken;
  for (const currentPassword of ['another password', '', `${password} `, newPassword]) {
    const answer = await me.change({ currentPassword, newPassword });
    assert.deepEqual([answer.statusCode, answer.json().code], [403, 'bad_credentials']);
  }
  assert.equal(await me.findHash(), hash);
  assert.equal(await me.read(me.here), 200);
  assert.equal(await me.read({ authorization: `Bearer ${elsewhere}` }), 200);
  assert.deepEqual([await me.listEntries(), await me.listMails()], [[], []]);
});

const unfit: readonly [what: string, newPassword: unknown, answer: string][] = [
  ['too short', 'x'.repeat(9), '400 invalid_request'],
  ['empty', '', '400 invalid_request'],
  ['too long', 'x'.repeat(201), '400 invalid_request'],
  ['of a million letters', 'x'.repeat(1024 * 1024), '413 body_too_large'],
  ['no text', 1_234_567_890, '400 invalid_request'],
  ['none', undefined, '400 invalid_request'],
];
test('a new password that does not do is refused, and the old one stays', async () => {
  const me = await freshAccount();
  const hash = await me.findHash();
  for (const [what, unfitPassword, expected] of unfit) {
    const answer = await me.change({ currentPassword: password, newPassword: unfitPassword });
    assert.equal(`${answer.statusCode} ${answer.json().code}`, expected, what);
  }
  const huge = { currentPassword: 'x'.repeat(1024 * 1024), newPassword };
  assert.equal((await me.change(huge)).statusCode, 413);
  assert.equal(await me.findHash(), hash);
  assert.equal((await me.logIn(password)).statusCode, 200);
  assert.deepEqual([await me.listEntries(), await me.listMails()], [[], []]);
});

test('nothing of a password is kept for an Idempotency-Key', async () => {
  const me = await freshAccount();
  const headers = { ...me.here, 'idempotency-key': 'once' };
  const body = { currentPassword: password, newPassword };
  assert.equal((await me.post('/v1/me/password', body, headers)).statusCode, 204);
  const kept = await me.store.postgres.selectFrom('idempotency').selectAll().execute();
  assert.deepEqual(kept, []);
  // So the same again is another request, to which the current password is another one.
  assert.equal((await me.post('/v1/me/password', body, headers)).statusCode, 403);
});

test('of many changes from the same password, one is made: the others no longer know it', async () => {
  const me = await freshAccount();
  const { postgres } = me.store;
  const words = Array.from({ length: 4 }, (_, i) => `${newPassword} ${i}`);
  // While the account's row is held, all of them get as far as they can.
  const changes = await postgres.transaction().execute(async (tx) => {
    await lockUser(tx, me.userId);
    const begun = words.map((word) => me.change({ currentPassword: password, newPassword: word }));
    await untilWaiting(postgres, words.length);
    return { begun };
  });
  const answers = await Promise.all(changes.begun);
  const statuses = answers.map(({ statusCode }) => statusCode);
  assert.equal(statuses.filter((status) => status === 204).length, 1);
  assert.equal(statuses.filter((status) => status === 403).length, 3);
  const winner = words[statuses.indexOf(204)] ?? '';
  assert.equal((await me.logIn(winner)).statusCode, 200);
  assert.equal((await me.listEntries()).length, 1);
  assert.equal((await me.listMails()).length, 1);
});

test('who guesses the current password has to wait, as at the login', async () => {
  const me = await freshAccount();
  const guesses = Array.from({ length: 14 }, (_, i) =>
    me.change({ currentPassword: `guess number ${i}`, newPassword }),
  );
  const codes = (await Promise.all(guesses)).map((answer) => answer.json().code);
  assert.equal(codes.filter((code) => code === 'bad_credentials').length, 10);
  assert.equal(codes.filter((code) => code === 'login_delayed').length, 4);
  const late = await me.change({ currentPassword: password, newPassword });
  assert.deepEqual([late.statusCode, late.json().code], [429, 'login_delayed']);
});

test('a token without the scope `account` does not change a password, and nobody does without a login', async () => {
  const me = await freshAccount();
  const hash = await me.findHash();
  const wanted = { name: 'sync', scopes: ['read', 'write', 'operations'] };
  const { token } = (await me.post('/v1/me/tokens', wanted, me.here)).json();
  const body = { currentPassword: password, newPassword };
  const byToken = await me.post('/v1/me/password', body, { authorization: `Bearer ${token}` });
  assert.deepEqual([byToken.statusCode, byToken.json().code], [403, 'insufficient_scope']);
  assert.equal((await me.post('/v1/me/password', body)).statusCode, 401);
  assert.equal(await me.findHash(), hash);
});

test('a change by a token ends all logins, because none of them asked for it', async () => {
  const me = await freshAccount();
  const wanted = { name: 'keeper', scopes: ['read', 'account'] };
  const { token } = (await me.post('/v1/me/tokens', wanted, me.here)).json();
  const authorization = `Bearer ${token}`;
  const body = { currentPassword: password, newPassword };
  assert.equal((await me.post('/v1/me/password', body, { authorization })).statusCode, 204);
  assert.equal(await me.read(me.here), 401);
  assert.equal(await me.read({ authorization }), 200);
});
