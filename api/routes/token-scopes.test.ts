import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '@lectern/db/postgres/new-id';
import { freshApi, type TestApi } from '../testing/fresh-api.ts';
import { callWith, makeToken } from '../testing/make-token.ts';

function listRows({ store }: TestApi) {
  return store.postgres.selectFrom('tokens').selectAll().orderBy('id').execute();
}

const beyondRead = [
  ['POST', '/v1/courses', { title: 'x' }, 'write'],
  ['PATCH', '/v1/me', { name: 'Changed' }, 'account'],
  ['GET', '/v1/me/tokens', undefined, 'account'],
  ['DELETE', `/v1/me/tokens/${newId()}`, undefined, 'account'],
  ['POST', '/v1/me/password', { currentPassword: 'x', newPassword: 'y' }, 'account'],
  ['GET', '/v1/me/sessions', undefined, 'account'],
  ['GET', '/v1/me/export', undefined, 'account'],
  ['POST', '/v1/auth/logout-everywhere', undefined, 'account'],
  ['POST', '/v1/invitations/accept', { token: 'x' }, 'account'],
  ['GET', '/v1/ops/audit', undefined, 'operations'],
] as const;
test('a token to read reads, and is told which scope it lacks for anything else', async () => {
  const api = await freshApi();
  const me = await api.logIn('admin');
  const { token } = await makeToken(me, ['read']);
  const call = callWith(api, token);
  for (const url of ['/v1/me', '/v1/courses']) assert.equal((await call('GET', url)).status, 200);
  const before = await listRows(api);
  for (const [method, url, body, scope] of beyondRead) {
    const { answer, status, code } = await call(method, url, body);
    assert.deepEqual([status, code], [403, 'insufficient_scope'], `${method} ${url}`);
    const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
    assert.equal(answer.headers['www-authenticate'], challenge);
  }
  assert.deepEqual(await listRows(api), before);
  const { items } = (await me.call('GET', '/v1/courses')).json();
  assert.deepEqual(items, []);
  assert.equal((await me.call('GET', '/v1/me')).json().name, 'admin');
});

test('a token to write makes courses and reads none', async () => {
  const api = await freshApi();
  const call = callWith(api, (await makeToken(await api.logIn(), ['write'])).token);
  assert.equal((await call('POST', '/v1/courses', { title: 'x' })).status, 201);
  const read = await call('GET', '/v1/courses');
  assert.deepEqual([read.status, read.code], [403, 'insufficient_scope']);
});

test('what could outlive a stolen token takes a login, whatever the token was made for', async () => {
  const api = await freshApi();
  const [me, other] = [await api.logIn('admin'), await api.logIn()];
  const { id, token } = await makeToken(me, ['read', 'write', 'account', 'operations']);
  const call = callWith(api, token);
  for (const { status, code, answer } of [
    await call('POST', '/v1/me/tokens', { name: 'more', scopes: ['account'] }),
    await call('DELETE', '/v1/me'),
    await call('PATCH', `/v1/ops/users/${other.userId}`, { role: 'admin' }),
  ]) {
    assert.deepEqual([status, code], [403, 'forbidden']);
    assert.equal(answer.headers['www-authenticate'], undefined);
  }
  assert.deepEqual(
    (await listRows(api)).map((row) => row.id),
    [id],
  );
  const rows = await api.store.postgres
    .selectFrom('users')
    .select(['role', 'deleting_at'])
    .orderBy('id')
    .execute();
  assert.deepEqual(rows, [
    { role: 'admin', deleting_at: null },
    { role: 'user', deleting_at: null },
  ]);
  assert.equal((await call('GET', '/v1/ops/users')).status, 200);
});

test('only staff look into operations, and with a token only by its scope', async () => {
  const api = await freshApi();
  const seen: unknown[] = [];
  for (const role of ['operator', 'admin', 'user'] as const) {
    const me = await api.logIn(role);
    for (const scopes of [['operations'], ['read', 'write', 'account']]) {
      const { status, code } = await callWith(api, (await makeToken(me, scopes)).token)(
        'GET',
        '/v1/ops/audit',
      );
      seen.push(status === 200 ? status : code);
    }
  }
  const staff = [200, 'insufficient_scope'];
  assert.deepEqual(seen, [...staff, ...staff, 'forbidden', 'insufficient_scope']);
});
