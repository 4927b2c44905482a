import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, freshApi, type TestApi } from '../testing/fresh-api.ts';

async function freshMe() {
  const api = await freshApi();
  const me = await api.logIn();
  const change = (body: object) => me.call('PATCH', '/v1/me', { body });
  const read = async () => (await me.call('GET', '/v1/me')).json();
  return { ...api, me, change, read };
}

function findRow({ store }: TestApi, { userId }: Caller) {
  return store.postgres
    .selectFrom('users')
    .selectAll()
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
}

function listAudit({ store }: TestApi) {
  return store.postgres.selectFrom('audit_log').selectAll().orderBy('id').execute();
}

const fields = [
  { name: 'Ада Лавлейс' },
  { avatarUrl: 'https://example.org/ada.png?size=200' },
  { locale: 'ru' },
  { timeZone: 'Asia/Yekaterinburg' },
];
for (const field of fields) {
  test(`only what is sent changes: ${Object.keys(field)[0]}`, async () => {
    const api = await freshMe();
    const other = await api.logIn();
    const [before, neighbour] = [await api.read(), await findRow(api, other)];
    const changed = await api.change(field);
    assert.equal(changed.statusCode, 200);
    assert.notDeepEqual(changed.json(), before);
    assert.deepEqual(changed.json(), { ...before, ...field });
    assert.deepEqual(await api.read(), { ...before, ...field });
    assert.deepEqual(await findRow(api, other), neighbour);
  });
}

test('all fields change together, and sending none changes nothing', async () => {
  const api = await freshMe();
  const before = await api.read();
  const all = Object.assign({}, ...fields);
  assert.deepEqual((await api.change(all)).json(), { ...before, ...all });
  const none = await api.change({});
  assert.deepEqual([none.statusCode, none.json()], [200, { ...before, ...all }]);
  assert.equal((await listAudit(api)).length, 1);
});

test('null takes the picture away', async () => {
  const api = await freshMe();
  await api.change({ avatarUrl: 'https://example.org/ada.png' });
  const removed = await api.change({ avatarUrl: null });
  assert.deepEqual([removed.statusCode, removed.json().avatarUrl], [200, null]);
  assert.equal((await findRow(api, api.me)).avatar_url, null);
  const [, entry] = await listAudit(api);
  const rest = { locale: 'en', timeZone: 'UTC' };
  assert.deepEqual(entry?.before, { ...rest, hasAvatar: true });
  assert.deepEqual(entry?.after, { ...rest, hasAvatar: false });
});

test('a name is kept in one Unicode form, without the blanks around it', async () => {
  const api = await freshMe();
  const { name } = (await api.change({ name: '  Zoe\u0301 Du  Pont ' })).json();
  assert.equal(name, 'Zo\u00e9 Du  Pont');
  assert.equal((await findRow(api, api.me)).name, name);
});

const foreign = {
  role: 'admin',
  email: 'other@example.org',
  id: '00000000-0000-7000-8000-000000000000',
  password: 'correct horse battery',
  password_hash: '$argon2id$',
  emailVerified: true,
  email_verified_at: '2026-01-01T00:00:00Z',
  createdAt: '2026-01-01T00:00:00Z',
};
test('what is no part of the profile is refused, and nothing of the request is done', async () => {
  const api = await freshMe();
  const before = await findRow(api, api.me);
  for (const [field, value] of Object.entries(foreign)) {
    const answer = await api.change({ name: 'Changed', [field]: value });
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'], field);
    assert.equal(answer.json().errors[0].path, `body.${field}`);
  }
  assert.deepEqual(await findRow(api, api.me), before);
  assert.deepEqual(await listAudit(api), []);
});

const bad: Readonly<Record<string, readonly unknown[]>> = {
  name: [
    '',
    '   ',
    '\u00a0',
    'A\nB',
    'A\u0007B',
    'A\tB',
    '\u007f',
    'A\u0085B',
    'A\u202eB',
    '\u200b',
    'A'.repeat(10_000),
    null,
    7,
  ],
  avatarUrl: [
    'javascript:alert(1)',
    'JavaScript:alert(1)//https://example.org',
    'data:image/png;base64,AAAA',
    'ftp://example.org/a.png',
    '//example.org/a.png',
    'https://',
    'https://exa mple.org/a.png',
    'https://example.org/a\n.png',
    'https://example.org/a\u0007.png',
    `https://example.org/${'a'.repeat(2_000)}`,
    '',
    7,
  ],
  locale: ['de', 'EN', '', null],
  timeZone: ['Mars/Olympus', '', 'Europe/Berlin ', '+03:00', '-05', 'x'.repeat(101), null],
};
for (const [field, values] of Object.entries(bad)) {
  test(`what cannot be a ${field} is refused with the field, and nothing changes`, async () => {
    const api = await freshMe();
    const before = await findRow(api, api.me);
    const rest = field === 'locale' ? { name: 'Changed' } : { locale: 'ru' };
    for (const value of values) {
      const answer = await api.change({ ...rest, [field]: value });
      const what = JSON.stringify(value).slice(0, 60);
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'], what);
      assert.equal(answer.json().errors[0].path, `body.${field}`, what);
    }
    assert.deepEqual(await findRow(api, api.me), before);
    assert.deepEqual(await listAudit(api), []);
  });
}

test('a change is logged with what was before, and without names, addresses or pictures', async () => {
  const api = await freshMe();
  const { email } = await api.read();
  const avatarUrl = 'https://pictures.example/ada-lovelace.png';
  const body = { name: 'Ada Lovelace', avatarUrl, locale: 'ru', timeZone: 'Europe/London' };
  await api.me.call('PATCH', '/v1/me', { body, headers: { 'x-request-id': 'profile-1' } });
  const [entry, ...others] = await listAudit(api);
  assert.ok(entry);
  const { id: _id, at: _at, ...logged } = entry;
  assert.deepEqual(logged, {
    actor_id: api.me.userId,
    action: 'account.update',
    subject_type: 'user',
    subject_id: api.me.userId,
    before: { locale: 'en', timeZone: 'UTC', hasAvatar: false },
    after: { locale: 'ru', timeZone: 'Europe/London', hasAvatar: true, nameChanged: true },
    request_id: 'profile-1',
    address: '127.0.0.1',
  });
  assert.deepEqual(others, []);
  const { token, cookie, refreshToken } = api.me;
  for (const secret of [email, body.name, avatarUrl, token, cookie, refreshToken]) {
    assert.ok(!JSON.stringify(entry).includes(secret), secret);
  }
});

test('sending what is there already is no change, and is not logged', async () => {
  const api = await freshMe();
  const { name, avatarUrl, locale, timeZone } = await api.read();
  const answer = await api.change({ name, avatarUrl, locale, timeZone });
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(await listAudit(api), []);
});

test('nobody reads or changes a profile without a login', async () => {
  const { app } = await freshApi();
  for (const method of ['GET', 'PATCH'] as const) {
    const answer = await app.inject({ method, url: '/v1/me', body: {} });
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'unauthenticated']);
  }
});
