import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSecret, makeSecret } from '@lectern/db/access/secrets';
import { newId } from '@lectern/db/postgres/new-id';
import { lockUser } from '@lectern/db/postgres/users';
import { findTraces } from '@lectern/db/testing/find-traces';
import { logInAgain } from '@lectern/db/testing/log-in-as';
import { untilWaiting } from '@lectern/db/testing/until-waiting';
import { cookiesOf } from '../testing/cookies.ts';
import { type Caller, freshApi, type TestApi } from '../testing/fresh-api.ts';
import { callWith, makeToken } from '../testing/make-token.ts';

function leave({ call }: Pick<Caller, 'call'>, headers: Record<string, string> = {}) {
  return call('DELETE', '/v1/me', { headers });
}

/** What a deletion leaves at once; the rest is a worker's. */
async function findLeft({ store }: TestApi) {
  const { postgres } = store;
  const actions = await postgres
    .selectFrom('audit_log')
    .select(['action', 'actor_id', 'subject_id'])
    .where('action', '=', 'account.ask_deletion')
    .execute();
  const runs = await postgres
    .selectFrom('runs')
    .select(['job', 'owner', 'payload'])
    .where('job', '=', 'account.delete')
    .execute();
  const deletions = await postgres.selectFrom('deletions').selectAll().execute();
  return { actions, runs, deletions };
}

const nothing = { actions: [], runs: [], deletions: [] };

test('an account that goes ends its logins and tokens at once, and gives a receipt to whoever has the link', async () => {
  const api = await freshApi();
  const [me, other] = [await api.logIn(), await api.logIn()];
  const elsewhere = await logInAgain(api.store, me.userId);
  const { token } = await makeToken(me, ['read', 'account']);
  const credentials = [
    ...[me.token, elsewhere.token, token].map((bearer) => ({ authorization: `Bearer ${bearer}` })),
    ...[me.cookie, elsewhere.cookie].map((cookie) => ({ cookie: `lectern_session=${cookie}` })),
  ];
  const read = async (headers: Record<string, string>) =>
    (await api.app.inject({ url: '/v1/courses', headers })).statusCode;
  for (const headers of credentials) assert.equal(await read(headers), 200);

  const gone = await leave(me);
  assert.equal(gone.statusCode, 202);
  const { receiptUrl, ...begun } = gone.json();
  assert.equal(gone.headers.location, receiptUrl);
  assert.match(cookiesOf(gone)[0], /^lectern_refresh=; .*Max-Age=0/);
  for (const headers of credentials) assert.equal(await read(headers), 401);
  const cookie = `lectern_refresh=${elsewhere.refreshToken}`;
  const refresh = { method: 'POST', url: '/v1/auth/refresh', headers: { cookie } } as const;
  assert.equal((await api.app.inject(refresh)).statusCode, 401);
  assert.equal((await leave(me)).statusCode, 401);
  assert.equal((await other.call('GET', '/v1/me')).statusCode, 200);

  const { id, requestedAt } = begun;
  const receipt = { id, status: 'processing', requestedAt, finishedAt: null, removed: null };
  assert.deepEqual(begun, receipt);
  const shown = await api.app.inject({ url: receiptUrl });
  assert.deepEqual([shown.statusCode, shown.json()], [200, receipt]);
  assert.equal(shown.headers['cache-control'], 'no-store');
  const { actions, runs, deletions } = await findLeft(api);
  const { userId } = me;
  assert.deepEqual(actions, [
    { action: 'account.ask_deletion', actor_id: userId, subject_id: userId },
  ]);
  const payload = { deletionId: id };
  assert.deepEqual(runs, [{ job: 'account.delete', owner: null, payload }]);
  const [row, ...others] = deletions;
  assert.deepEqual([row?.id, row?.user_id, others], [id, userId, []]);
  const { postgres } = api.store;
  const sessions = await postgres.selectFrom('sessions').select('user_id').execute();
  assert.deepEqual(sessions, [{ user_id: other.userId }]);
  assert.deepEqual(await postgres.selectFrom('tokens').select('id').execute(), []);
});

test('a receipt says what was removed once the worker is done; a made-up one is not found', async () => {
  const api = await freshApi();
  const first = (await leave(await api.logIn())).json();
  const second = (await leave(await api.logIn())).json();
  const finished = { finished_at: new Date(), removed: JSON.stringify({ courses: 2, bytes: 7 }) };
  const { postgres } = api.store;
  await postgres.updateTable('deletions').set(finished).where('id', '=', first.id).execute();
  const read = (url: string) => api.app.inject({ url });
  const { status, finishedAt, removed } = (await read(first.receiptUrl)).json();
  assert.deepEqual([status, removed], ['ready', { courses: 2, bytes: 7 }]);
  assert.equal(finishedAt, finished.finished_at.toISOString());
  const { searchParams } = new URL(second.receiptUrl, 'https://lectern.example');
  const key = searchParams.get('key') ?? '';
  for (const url of [
    `/v1/receipts/${first.id}?key=${key}`,
    `/v1/receipts/${first.id}?key=${makeSecret().token}`,
    `/v1/receipts/${first.id}?key=`,
    `/v1/receipts/${newId()}?key=${key}`,
    `/v1/receipts/x?key=${key}`,
    `/v1/receipts/${first.id}?key=${hashSecret(key).toString('hex')}`,
  ]) {
    const answer = await read(url);
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found'], url);
  }
  assert.equal((await read(`/v1/receipts/${first.id}`)).statusCode, 400);
});

test('the link of a receipt is kept nowhere, not for an Idempotency-Key, and not in the log', async () => {
  const api = await freshApi();
  const gone = await leave(await api.logIn(), { 'idempotency-key': 'once' });
  const { receiptUrl } = gone.json();
  const key = new URL(receiptUrl, 'https://lectern.example').searchParams.get('key') ?? '';
  assert.equal(key.length, 43);
  await api.app.inject({ url: receiptUrl });
  assert.deepEqual(await findTraces(api.store.postgres, key), []);
  assert.deepEqual(await api.store.postgres.selectFrom('idempotency').selectAll().execute(), []);
  assert.ok(api.lines.length > 0 && !JSON.stringify(api.lines).includes(key));
});

test('email and password open nothing from then on, and the address is not free yet', async () => {
  const { app } = await freshApi({ LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  const account = { email: 'ada@example.org', password: 'correct horse battery' };
  const post = (url: string, body: object) => app.inject({ method: 'POST', url, body });
  const made = await post('/v1/auth/register', { ...account, name: 'Ada' });
  assert.equal((await post('/v1/auth/login', account)).statusCode, 200);
  const headers = { authorization: `Bearer ${made.json().accessToken}` };
  assert.equal((await app.inject({ method: 'DELETE', url: '/v1/me', headers })).statusCode, 202);
  const login = await post('/v1/auth/login', account);
  assert.deepEqual([login.statusCode, login.json().code], [401, 'bad_credentials']);
  const again = await post('/v1/auth/register', { ...account, name: 'Ada' });
  assert.deepEqual([again.statusCode, again.json().code], [409, 'email_taken']);
});

test('the only admin among others stays, and nothing of the deletion happens', async () => {
  const api = await freshApi();
  const [admin, operator] = [await api.logIn('admin'), await api.logIn('operator')];
  const { token } = await makeToken(admin, ['read']);
  const refused = await leave(admin);
  assert.deepEqual([refused.statusCode, refused.json().code], [409, 'last_admin']);
  assert.deepEqual([refused.headers['set-cookie'], await findLeft(api)], [undefined, nothing]);
  assert.equal((await admin.call('GET', '/v1/me')).statusCode, 200);
  assert.equal((await callWith(api, token)('GET', '/v1/courses')).status, 200);
  const rows = await api.store.postgres.selectFrom('users').select('deleting_at').execute();
  assert.deepEqual(rows, [{ deleting_at: null }, { deleting_at: null }]);
  // With another admin, or with nobody to be left behind, they may go.
  const heir = await api.logIn('admin');
  assert.equal((await leave(admin)).statusCode, 202);
  assert.equal((await leave(heir)).json().code, 'last_admin');
  assert.equal((await leave(operator)).statusCode, 202);
  assert.equal((await leave(heir)).statusCode, 202);
});

test('of two admins who go at once, one stays while there are others', async () => {
  const api = await freshApi();
  const { postgres } = api.store;
  let stays = await api.logIn('admin');
  await api.logIn();
  for (let round = 0; round < 3; round++) {
    const admins = [stays, await api.logIn('admin')];
    // While their rows are held, both get as far as they can.
    const { begun } = await postgres.transaction().execute(async (tx) => {
      for (const { userId } of admins) await lockUser(tx, userId);
      const leaving = admins.map((admin) => leave(admin));
      await untilWaiting(postgres, 2);
      return { begun: leaving };
    });
    const statuses = (await Promise.all(begun)).map(({ statusCode }) => statusCode);
    assert.equal(statuses.filter((status) => status === 202).length, 1);
    const refused = admins[statuses.indexOf(409)];
    assert.ok(refused);
    stays = refused;
  }
  assert.equal((await findLeft(api)).deletions.length, 3);
});

test('the only account of all may go, and the next to register is the admin', async () => {
  const api = await freshApi({ LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  assert.equal((await leave(await api.logIn('admin'))).statusCode, 202);
  const body = { email: 'next@example.org', password: 'correct horse battery', name: 'Next' };
  const next = await api.app.inject({ method: 'POST', url: '/v1/auth/register', body });
  assert.deepEqual([next.statusCode, next.json().user.role], [201, 'admin']);
});

test('asked for many times at once, an account goes once', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const answers = await Promise.all(Array.from({ length: 10 }, () => leave(me)));
  assert.equal(answers.filter(({ statusCode }) => statusCode === 202).length, 1);
  assert.equal(answers.filter(({ statusCode }) => statusCode === 401).length, 9);
  const { actions, runs, deletions } = await findLeft(api);
  assert.deepEqual([actions.length, runs.length, deletions.length], [1, 1, 1]);
});
