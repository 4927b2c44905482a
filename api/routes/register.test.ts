import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshApi } from '../testing/fresh-api.ts';
import { countAll } from '../testing/keep-count.ts';

const password = 'correct horse battery';

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
  ['body.name', { ...good, name: 'A\u0085B' }],
  ['body.name', { ...good, name: 'A\u202eB' }],
  ['body.name', { ...good, name: 'A\u2028B' }],
  ['body.name', { ...good, name: '\u200b\u00a0' }],
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

test('names of all scripts, with marks and joined signs, are names', async () => {
  const { app } = await freshApi();
  const names = ['Ада', '李小龍', 'مريم', 'O’Brien-Łuczak', 'क्षत्रिय', '👩‍🚀', 'Zoë 2'];
  for (const [i, name] of names.entries()) {
    const body = { ...good, email: `p${i}@example.org`, name };
    const answer = await app.inject({ method: 'POST', url: '/v1/auth/register', body });
    assert.deepEqual([answer.statusCode, answer.json().user?.name], [201, name.normalize('NFC')]);
  }
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
