import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from '@lectern/db/open';
import { newId } from '@lectern/db/postgres/new-id';
import { until } from '@lectern/db/testing/until';
import { buildApp } from '../app.ts';
import { type Caller, freshApi, type TestApi } from '../testing/fresh-api.ts';

function setRole(who: Caller, { userId }: Pick<Caller, 'userId'>, role: unknown) {
  return who.call('PATCH', `/v1/ops/users/${userId}`, { body: { role } });
}

async function roleOf({ store }: TestApi, { userId }: Caller) {
  const { role } = await store.postgres
    .selectFrom('users')
    .select('role')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  return role;
}

function listEntries({ store }: TestApi) {
  return store.postgres
    .selectFrom('audit_log')
    .select(['actor_id', 'subject_id', 'before', 'after'])
    .where('action', '=', 'user.set_role')
    .orderBy('id')
    .execute();
}

test('accounts are listed for operators and admins, newest first, without any secret', async () => {
  const api = await freshApi();
  const [user, operator, admin] = [
    await api.logIn(),
    await api.logIn('operator'),
    await api.logIn('admin'),
  ];
  assert.equal((await user.call('GET', '/v1/ops/users')).statusCode, 403);
  assert.equal((await api.app.inject({ url: '/v1/ops/users' })).statusCode, 401);
  for (const { call } of [operator, admin]) {
    const { items, nextCursor } = (await call('GET', '/v1/ops/users')).json();
    assert.equal(nextCursor, null);
    const ids = items.map(({ id }: { id: string }) => id);
    assert.deepEqual(ids, [admin.userId, operator.userId, user.userId]);
    const shown = 'id email emailVerified name role avatarUrl locale timeZone createdAt';
    for (const item of items) assert.deepEqual(Object.keys(item), shown.split(' '));
    assert.deepEqual(items[2], (await user.call('GET', '/v1/me')).json());
  }
});

test('accounts are found by a part of the name or email and by role, page by page', async () => {
  const api = await freshApi();
  const admin = await api.logIn('admin');
  for (const [name, email, role] of [
    ['100% Ada_Lovelace', 'ada@one.example', 'user'],
    ['Grace Hopper', 'grace@two.example', 'operator'],
    ['Ada Yonath', 'yonath@two.example', 'user'],
    ['Going Ada', 'going@one.example', 'user'],
  ] as const) {
    const deleting = name.startsWith('Going') ? new Date() : null;
    await api.store.postgres
      .insertInto('users')
      .values({ id: newId(), name, email, role, password_hash: '-', deleting_at: deleting })
      .execute();
  }
  const find = async (query: string) => {
    const answer = await admin.call('GET', `/v1/ops/users?${query}`);
    assert.equal(answer.statusCode, 200, query);
    const { items, nextCursor } = answer.json();
    return { names: items.map(({ name }: { name: string }) => name), nextCursor };
  };
  const names = async (query: string) => (await find(query)).names;
  assert.deepEqual(await names('q=ada'), ['Ada Yonath', '100% Ada_Lovelace']);
  assert.deepEqual(await names('q=TWO.example'), ['Ada Yonath', 'Grace Hopper']);
  assert.deepEqual(await names('q=two.example&role=user'), ['Ada Yonath']);
  assert.deepEqual(await names('role=admin'), ['admin']);
  assert.deepEqual(await names('q=%25'), ['100% Ada_Lovelace']);
  assert.deepEqual(await names('q=_lace'), []);
  assert.deepEqual(await names('q=a_l'), ['100% Ada_Lovelace']);
  assert.deepEqual(await names(`q=${encodeURIComponent(String.raw`\%'`)}`), []);
  const first = await find('limit=2&role=user');
  assert.deepEqual(first, { names: ['Ada Yonath', '100% Ada_Lovelace'], nextCursor: null });
  const page = await find('limit=3');
  assert.deepEqual(page.names, ['Ada Yonath', 'Grace Hopper', '100% Ada_Lovelace']);
  assert.deepEqual(await names(`limit=3&cursor=${page.nextCursor}`), ['admin']);
  for (const query of ['role=root', 'role=', 'email=ada', `q=${'x'.repeat(201)}`, 'limit=0']) {
    assert.equal((await admin.call('GET', `/v1/ops/users?${query}`)).statusCode, 400, query);
  }
});

test('an admin gives roles, and each change is logged; the same role again is none', async () => {
  const api = await freshApi();
  const [admin, person] = [await api.logIn('admin'), await api.logIn()];
  for (const role of ['operator', 'operator', 'admin', 'user'] as const) {
    const answer = await setRole(admin, person, role);
    assert.deepEqual([answer.statusCode, answer.json().role], [200, role]);
    assert.deepEqual(answer.json(), (await person.call('GET', '/v1/me')).json());
    assert.equal(await roleOf(api, person), role);
  }
  const about = { actor_id: admin.userId, subject_id: person.userId };
  assert.deepEqual(await listEntries(api), [
    { ...about, before: { role: 'user' }, after: { role: 'operator' } },
    { ...about, before: { role: 'operator' }, after: { role: 'admin' } },
    { ...about, before: { role: 'admin' }, after: { role: 'user' } },
  ]);
});

test('operators and users give no roles, and nobody gives one that does not do', async () => {
  const api = await freshApi();
  const [admin, operator, user] = [
    await api.logIn('admin'),
    await api.logIn('operator'),
    await api.logIn(),
  ];
  for (const who of [operator, user]) {
    for (const whom of [admin, operator, user]) {
      const answer = await setRole(who, whom, 'admin');
      assert.deepEqual([answer.statusCode, answer.json().code], [403, 'forbidden']);
    }
  }
  for (const role of ['root', 'Admin', '', null, undefined, ['admin']]) {
    assert.equal((await setRole(admin, user, role)).statusCode, 400, JSON.stringify(role));
  }
  const body = { role: 'operator', email: 'other@example.org' };
  const more = await admin.call('PATCH', `/v1/ops/users/${user.userId}`, { body });
  assert.equal(more.statusCode, 400);
  for (const userId of [newId(), 'x', user.userId.toUpperCase()]) {
    assert.equal((await setRole(admin, { userId }, 'operator')).statusCode, 404, userId);
  }
  const roles = [await roleOf(api, admin), await roleOf(api, operator), await roleOf(api, user)];
  assert.deepEqual(roles, ['admin', 'operator', 'user']);
  assert.deepEqual(await listEntries(api), []);
});

test('the last admin stays one, whatever the accounts that are being deleted were', async () => {
  const api = await freshApi();
  const [admin, leaver] = [await api.logIn('admin'), await api.logIn('admin')];
  assert.equal((await leaver.call('DELETE', '/v1/me')).statusCode, 202);
  for (const role of ['user', 'operator']) {
    const answer = await setRole(admin, admin, role);
    assert.deepEqual([answer.statusCode, answer.json().code], [409, 'last_admin']);
  }
  assert.equal((await setRole(admin, leaver, 'user')).statusCode, 404);
  assert.equal((await setRole(admin, admin, 'admin')).statusCode, 200);
  assert.equal(await roleOf(api, admin), 'admin');
  assert.deepEqual(await listEntries(api), []);
});

test('of two admins who demote each other at once, one stays', async () => {
  const api = await freshApi();
  const [a, b] = [await api.logIn('admin'), await api.logIn('admin')];
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all([setRole(a, b, 'user'), setRole(b, a, 'user')]);
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
    const roles = [await roleOf(api, a), await roleOf(api, b)];
    const [stays, other] = roles[0] === 'admin' ? [a, b] : [b, a];
    assert.deepEqual(roles.toSorted(), ['admin', 'user']);
    assert.equal((await setRole(stays, other, 'admin')).statusCode, 200);
  }
});

test('a role holds from the next request on, and soon in every other process', async (t) => {
  const api = await freshApi();
  const store = open(api.store.config, 'second');
  const second = await buildApp(store);
  t.after(async () => {
    await second.close();
    await store.close();
  });
  const [admin, person] = [await api.logIn('admin'), await api.logIn()];
  const headers = { authorization: `Bearer ${person.token}` };
  const here = async () => (await person.call('GET', '/v1/ops/users')).statusCode;
  const there = async () => (await second.inject({ url: '/v1/ops/users', headers })).statusCode;
  for (const [role, status] of [
    ['operator', 200],
    ['user', 403],
    ['admin', 200],
  ] as const) {
    // Both know the person as they were.
    assert.notEqual(await here(), status);
    assert.notEqual(await there(), status);
    assert.equal((await setRole(admin, person, role)).statusCode, 200);
    assert.equal(await here(), status);
    await until(`the other process takes ${role}`, async () => (await there()) === status);
  }
});
