import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { findTraces } from '@lectern/db/testing/find-traces';
import { type Caller, freshApi, type TestApi } from '../testing/fresh-api.ts';
import { callWith, makeToken } from '../testing/make-token.ts';

const dayMs = 24 * 3_600_000;

function listRows({ store }: TestApi) {
  return store.postgres.selectFrom('tokens').selectAll().orderBy('id').execute();
}

test('a token is shown once, opens what its person may see, and its use is noted', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const expiresAt = new Date(Date.now() + 300 * dayMs).toISOString();
  const body = { name: '  Zoe\u0301 sync ', scopes: ['read', 'account'], expiresAt };
  const made = await me.call('POST', '/v1/me/tokens', { body });
  assert.equal(made.statusCode, 201);
  const { token, ...shown } = made.json();
  assert.match(token, /^lct_[\w-]{43}$/);
  assert.equal(made.headers.location, `/v1/me/tokens/${shown.id}`);
  assert.equal(made.headers['cache-control'], 'no-store');
  const { id, createdAt } = shown;
  const name = 'Zo\u00e9 sync';
  const { scopes } = body;
  assert.deepEqual(shown, { id, name, scopes, createdAt, expiresAt, lastUsedAt: null });

  const list = await me.call('GET', '/v1/me/tokens');
  assert.deepEqual(list.json(), { items: [shown], nextCursor: null });
  assert.deepEqual(await findTraces(api.store.postgres, token), []);
  const call = callWith(api, token);
  assert.equal((await call('GET', '/v1/me')).answer.json().id, me.userId);
  const [used] = (await me.call('GET', '/v1/me/tokens')).json().items;
  assert.ok(Date.parse(used.lastUsedAt) >= Date.parse(createdAt));
  assert.deepEqual({ ...used, lastUsedAt: null }, shown);
});

test('without a time a token is good for 90 days', async () => {
  const api = await freshApi();
  const { id } = await makeToken(await api.logIn(), ['read']);
  const [row] = await listRows(api);
  assert.equal(row?.id, id);
  const days = ((row?.expires_at.getTime() ?? 0) - (row?.created_at.getTime() ?? 0)) / dayMs;
  assert.equal(Math.round(days), 90);
});

test('a token is not kept for its Idempotency-Key: the same request makes another one', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const post = () =>
    me.call('POST', '/v1/me/tokens', {
      body: { name: 'sync', scopes: ['read'] },
      headers: { 'idempotency-key': 'once' },
    });
  const [first, second] = [await post(), await post()];
  assert.deepEqual([first.statusCode, second.statusCode], [201, 201]);
  assert.notEqual(first.json().token, second.json().token);
  assert.equal((await listRows(api)).length, 2);
  assert.deepEqual(await api.store.postgres.selectFrom('idempotency').selectAll().execute(), []);
  for (const { token } of [first.json(), second.json()]) {
    assert.deepEqual(await findTraces(api.store.postgres, token), []);
    assert.equal((await callWith(api, token)('GET', '/v1/me')).status, 200);
  }
});

test('a token that has run out opens nothing, and is still listed', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const { id, token } = await makeToken(me, ['read']);
  await api.store.postgres
    .updateTable('tokens')
    .set({ expires_at: new Date(Date.now() - 1_000) })
    .execute();
  assert.equal((await callWith(api, token)('GET', '/v1/me')).status, 401);
  const { items } = (await me.call('GET', '/v1/me/tokens')).json();
  assert.equal(items[0].id, id);
});

test('a token that was taken back opens nothing from then on; nobody else takes it back', async () => {
  const api = await freshApi();
  const [me, other] = [await api.logIn(), await api.logIn('admin')];
  const { id, token } = await makeToken(me, ['read', 'account']);
  const call = callWith(api, token);
  const remove = (who: Caller, which = id) => who.call('DELETE', `/v1/me/tokens/${which}`);
  for (const answer of [await remove(other), await remove(me, newId()), await remove(me, 'x')]) {
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found']);
  }
  assert.equal((await call('GET', '/v1/me')).status, 200);
  assert.equal((await remove(me)).statusCode, 204);
  assert.equal((await call('GET', '/v1/me')).status, 401);
  assert.equal((await remove(me)).statusCode, 404);
  assert.deepEqual(await listRows(api), []);
  const entries = await api.store.postgres
    .selectFrom('audit_log')
    .select(['action', 'actor_id', 'subject_id'])
    .orderBy('id')
    .execute();
  const about = { actor_id: me.userId, subject_id: id };
  assert.deepEqual(entries, [
    { action: 'token.create', ...about },
    { action: 'token.delete', ...about },
  ]);
});

const thisYear = new Date().getUTCFullYear();
const fine = { name: 'sync', scopes: ['read'] };
const bad: readonly [path: string, body: object][] = [
  ...['a\nb', 'a\u0007', '\u007f', ' ', '', 'x'.repeat(101)].map((name): [string, object] => [
    'body.name',
    { ...fine, name },
  ]),
  ['body.scopes', { ...fine, scopes: [] }],
  ['body.scopes', { ...fine, scopes: ['read', 'read'] }],
  ['body.scopes', { ...fine, scopes: 'read' }],
  ['body.scopes.0', { ...fine, scopes: ['root'] }],
  ['body.userId', { ...fine, userId: newId() }],
  ...[
    new Date(Date.now() - 1_000).toISOString(),
    new Date(Date.now() + 367 * dayMs).toISOString(),
    `${thisYear}-02-30`,
    `${thisYear + 1}-02-30T00:00:00Z`,
    '2020-01-01',
    'tomorrow',
    'Tue, 01 Jan 2999',
    `${Date.now() + dayMs}`,
    '',
  ].map((expiresAt): [string, object] => ['body.expiresAt', { ...fine, expiresAt }]),
];
test('a name, scope or time that does not do is refused with the field, and nothing is made', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  for (const [path, body] of bad) {
    const answer = await me.call('POST', '/v1/me/tokens', { body });
    assert.equal(answer.statusCode, 400, JSON.stringify(body));
    assert.equal(answer.json().errors[0].path, path);
  }
  assert.deepEqual(await listRows(api), []);
});

test("pages of tokens follow each other, newest first, and hold nobody else's", async () => {
  const api = await freshApi();
  const me = await api.logIn();
  await makeToken(await api.logIn(), ['read']);
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.unshift((await makeToken(me, ['read'])).id);
  const seen: string[][] = [];
  let cursor = '';
  do {
    const page = (await me.call('GET', `/v1/me/tokens?limit=2${cursor}`)).json();
    seen.push(page.items.map(({ id }: { id: string }) => id));
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  assert.deepEqual(seen, [made.slice(0, 2), made.slice(2, 4), made.slice(4)]);
});

test('a person has a hundred tokens at most, however many are asked for at once', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  for (let i = 0; i < 97; i++) await makeToken(me, ['read']);
  const body = { name: 'sync', scopes: ['read'] };
  const asked = Array.from({ length: 6 }, () => me.call('POST', '/v1/me/tokens', { body }));
  const answers = await Promise.all(asked);
  const refused = answers.filter(({ statusCode }) => statusCode === 409);
  assert.equal(answers.filter(({ statusCode }) => statusCode === 201).length, 3);
  assert.deepEqual(
    refused.map((answer) => answer.json().code),
    ['too_many_tokens', 'too_many_tokens', 'too_many_tokens'],
  );
  assert.equal((await listRows(api)).length, 100);
});
