import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildApp } from '../app.ts';
import { freshApi } from '../testing/fresh-api.ts';

const password = 'correct horse battery';

test('a wrong password and an unknown email are answered alike, in words and in time', async () => {
  // A hash so dear that next to it nothing else counts.
  const { app } = await freshApi({ LECTERN_ARGON2: 'm=65536,t=4,p=1' });
  const register = { email: 'ada@example.org', password, name: 'A' };
  await app.inject({ method: 'POST', url: '/v1/auth/register', body: register });
  const answers: unknown[] = [];
  const times: Record<string, number[]> = { 'ada@example.org': [], 'nobody@example.org': [] };
  // In turn, so that whatever else the machine does falls on both.
  for (let i = 0; i < 5; i++) {
    for (const [email, taken] of Object.entries(times)) {
      const startedMs = performance.now();
      const body = { email, password: 'another password' };
      const answer = await app.inject({ method: 'POST', url: '/v1/auth/login', body });
      taken.push(performance.now() - startedMs);
      const { requestId, ...rest } = answer.json();
      assert.equal(typeof requestId, 'string');
      answers.push({ status: answer.statusCode, ...rest });
    }
  }
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  const [known = 0, unknown = 0] = Object.values(times).map((taken) => Math.min(...taken));
  // A look-up that skips the hash takes a fiftieth of the time; no noise makes the least of five so.
  assert.ok(unknown > known / 5 && known > unknown / 5, `known ${known} ms, unknown ${unknown} ms`);
});

test('who guesses waits longer each time, and the owner elsewhere does not', async () => {
  const { app } = await freshApi({ TRUST_PROXY: '1' });
  const register = { email: 'ada@example.org', password, name: 'A' };
  await app.inject({ method: 'POST', url: '/v1/auth/register', body: register });
  const logIn = (word: string, from: string) =>
    app.inject({
      method: 'POST',
      url: '/v1/auth/login',
      body: { email: 'ada@example.org', password: word },
      headers: { 'x-forwarded-for': from },
    });
  const guesses = Array.from({ length: 30 }, (_, i) => logIn(`wrong guess ${i}`, '203.0.113.9'));
  const codes = (await Promise.all(guesses)).map((answer) => answer.json().code);
  assert.equal(codes.filter((code) => code === 'bad_credentials').length, 10);
  assert.equal(codes.filter((code) => code === 'login_delayed').length, 20);
  const late = await logIn(password, '203.0.113.9');
  assert.equal(late.statusCode, 429);
  assert.ok(Number(late.headers['retry-after']) >= 1);
  assert.equal((await logIn(password, '198.51.100.1')).statusCode, 200);
});

test('a hash of an older cost is made anew at the next login', async () => {
  const { app, store } = await freshApi({ LECTERN_ARGON2: 'm=8192,t=1,p=1' });
  const body = { email: 'ada@example.org', password, name: 'Ada' };
  await app.inject({ method: 'POST', url: '/v1/auth/register', body });
  const hashOf = async () =>
    (await store.postgres.selectFrom('users').select('password_hash').executeTakeFirstOrThrow())
      .password_hash;
  const before = await hashOf();
  assert.match(before, /\$m=8192,t=1,p=1\$/);
  const config = { ...store.config, passwordCost: { memory: 9_216, passes: 1, parallelism: 1 } };
  const stricter = await buildApp({ ...store, config });
  const { email } = body;
  const wrong = { email, password: 'another password' };
  await stricter.inject({ method: 'POST', url: '/v1/auth/login', body: wrong });
  assert.equal(await hashOf(), before);
  const login = { method: 'POST', url: '/v1/auth/login', body: { email, password } } as const;
  assert.equal((await stricter.inject(login)).statusCode, 200);
  assert.match(await hashOf(), /\$m=9216,t=1,p=1\$/);
  assert.equal((await stricter.inject(login)).statusCode, 200);
  await stricter.close();
});
