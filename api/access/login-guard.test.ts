import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryLimits } from '@lectern/db/limits/memory-limits';
import { Problem } from '../problems/problem.ts';
import { makeLoginGuard } from './login-guard.ts';

const ana = 'ana@example.org';

function openGuard() {
  let nowMs = 0;
  const limits = openMemoryLimits({ now: () => nowMs });
  const config = { loginRateLimit: { most: 300, windowMs: 60_000 } };
  const keys = new Set<string>();
  const guard = makeLoginGuard({
    limits: {
      ...limits,
      attempt: async (key, patience) => {
        keys.add(key);
        return limits.attempt(key, patience);
      },
    },
    config,
  });
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { ...guard, keys, wait };
}

type Guard = ReturnType<typeof openGuard>;

/** Begins a login and never succeeds. How many seconds it has to wait, 0 when it was let in. */
async function fail({ begin }: Guard, email: string, ip: string): Promise<number> {
  try {
    await begin({ email, ip });
    return 0;
  } catch (error) {
    assert.ok(error instanceof Problem);
    assert.equal(error.status, 429);
    assert.equal(error.code, 'login_delayed');
    return Number(error.headers['retry-after']);
  }
}

async function failOften(guard: Guard, times: number, login: (i: number) => [string, string]) {
  for (let i = 0; i < times; i++) assert.equal(await fail(guard, ...login(i)), 0, `attempt ${i}`);
}

test('guesses at one password wait 1, 2, 4 … seconds after the tenth, 15 minutes at most', async () => {
  const guard = openGuard();
  await failOften(guard, 10, () => [ana, '192.0.2.1']);
  for (let exponent = 0; exponent < 14; exponent++) {
    const seconds = Math.min(2 ** exponent, 900);
    assert.equal(await fail(guard, ana, '192.0.2.1'), seconds);
    guard.wait(seconds * 1_000);
    assert.equal(await fail(guard, ana, '192.0.2.1'), 0);
  }
  assert.equal(await fail(guard, ana, '192.0.2.2'), 0, 'who comes from elsewhere does not wait');
  assert.equal(await fail(guard, 'ben@example.org', '192.0.2.1'), 0);
});

test('200 guesses at the same time are ten guesses', async () => {
  const guard = openGuard();
  const waits = await Promise.all(Array.from({ length: 200 }, () => fail(guard, ana, '192.0.2.1')));
  assert.equal(waits.filter((seconds) => seconds === 0).length, 10);
});

test('the same email written another way is the same person', async () => {
  const guard = openGuard();
  await failOften(guard, 10, (i) => [i % 2 ? ' ANA@Example.org ' : ana, '192.0.2.1']);
  assert.equal(await fail(guard, 'Ana@example.org', '192.0.2.1'), 1);
});

test('guesses from many places at one password make its owner wait 30 seconds at most', async () => {
  const guard = openGuard();
  await failOften(guard, 50, (i) => [ana, `192.0.2.${i}`]);
  for (let i = 0; i < 10; i++) {
    const seconds = await fail(guard, ana, `198.51.100.${i}`);
    assert.ok(seconds >= 1 && seconds <= 30, `${seconds}`);
    guard.wait(seconds * 1_000);
    assert.equal(await fail(guard, ana, `198.51.100.${i}`), 0);
  }
});

test('guesses from one place at many people wait a minute at most', async () => {
  const guard = openGuard();
  await failOften(guard, 300, (i) => [`${i}@example.org`, '2001:db8::1']);
  assert.equal(await fail(guard, ana, '2001:db8::2'), 1, 'it is the same network');
  for (let i = 0; i < 10; i++) {
    const seconds = await fail(guard, `more${i}@example.org`, '2001:db8::3');
    assert.ok(seconds >= 1 && seconds <= 60, `${seconds}`);
    guard.wait(seconds * 1_000);
    assert.equal(await fail(guard, `more${i}@example.org`, '2001:db8::3'), 0);
  }
  assert.equal(await fail(guard, ana, '2001:db8:0:1::1'), 0);
});

test('500 right logins of a school behind one address are not delayed', async () => {
  const guard = openGuard();
  for (let i = 0; i < 500; i++) {
    const login = { email: `${i}@school.example`, ip: '192.0.2.1' };
    await guard.begin(login);
    await guard.succeed(login);
  }
});

test('after the right password the person begins anew, and the address does not', async () => {
  const guard = openGuard();
  await failOften(guard, 9, () => [ana, '192.0.2.1']);
  await guard.begin({ email: ana, ip: '192.0.2.1' });
  await guard.succeed({ email: ana, ip: '192.0.2.1' });
  await failOften(guard, 10, () => [ana, '192.0.2.1']);
  assert.equal(await fail(guard, ana, '192.0.2.1'), 1);
  await failOften(guard, 281, (i) => [`${i}@example.org`, '192.0.2.1']);
  assert.equal(await fail(guard, 'one-more@example.org', '192.0.2.1'), 1);
});

test('an attempt that was refused for one reason does not count for another', async () => {
  const guard = openGuard();
  await failOften(guard, 300, (i) => [`${i}@example.org`, '192.0.2.1']);
  for (let i = 0; i < 30; i++) assert.equal(await fail(guard, ana, '192.0.2.1'), 1);
  guard.wait(1_000);
  assert.equal(await fail(guard, ana, '192.0.2.1'), 0, 'the pair was not counted meanwhile');
  assert.equal(await fail(guard, ana, '192.0.2.1'), 2, 'the delay of the address, no longer');
});

test('no key holds an email', async () => {
  const guard = openGuard();
  await fail(guard, ana, '192.0.2.1');
  assert.equal(guard.keys.size, 3);
  for (const key of guard.keys) assert.doesNotMatch(key, /ana|example/);
});

test('requests around a login are limited by their address, also right ones', async () => {
  const guard = openGuard();
  for (let i = 0; i < 300; i++) await guard.countAddress('192.0.2.1');
  await assert.rejects(guard.countAddress('192.0.2.1'), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.status, 429);
    assert.equal(error.code, 'rate_limited');
    const seconds = Number(error.headers['retry-after']);
    return seconds >= 1 && seconds <= 61;
  });
  await guard.countAddress('192.0.2.2');
});

test('where no limit is set, none holds', async () => {
  const limits = openMemoryLimits();
  const guard = makeLoginGuard({ limits, config: { loginRateLimit: undefined } });
  for (let i = 0; i < 1_000; i++) await guard.countAddress('192.0.2.1');
});
