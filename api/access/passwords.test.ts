import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { test } from 'node:test';
import { hashPassword, isOutdated, isPasswordOf } from './passwords.ts';

const cost = { memory: 19_456, passes: 2, parallelism: 1 };

test('a password is told from another, however it was typed', async () => {
  const stored = await hashPassword('naïve passwörd', cost);
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/);
  assert.equal(await isPasswordOf(stored, 'naïve passwörd', cost), true);
  assert.equal(await isPasswordOf(stored, 'naïve passwörd'.normalize('NFD'), cost), true);
  assert.equal(await isPasswordOf(stored, 'naive password', cost), false);
});

test('the same password has another hash each time', async () => {
  const hash = () => hashPassword('correct horse', cost);
  assert.notEqual(await hash(), await hash());
});

test('an account that does not exist has no password', async () => {
  assert.equal(await isPasswordOf(undefined, 'correct horse', cost), false);
});

const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

test('a hash made with another cost is checked with that, and is outdated', async () => {
  const nonce = Buffer.alloc(16, 1);
  const old = { memory: 64, passes: 3, parallelism: 2 };
  const message = Buffer.from('old one');
  const hash = argon2Sync('argon2id', { message, nonce, tagLength: 32, ...old });
  const stored = `$argon2id$v=19$m=64,t=3,p=2$${encode(nonce)}$${encode(hash)}`;
  assert.equal(await isPasswordOf(stored, 'old one', cost), true);
  assert.equal(await isPasswordOf(stored, 'new one', cost), false);
  assert.equal(isOutdated(stored, cost), true);
  assert.equal(isOutdated(stored, old), false);
});

test('a cheaper hash of former times takes no less time than one of today', async () => {
  const [cheap, dear] = [
    { memory: 64, passes: 1, parallelism: 1 },
    { memory: 32_768, passes: 3, parallelism: 1 },
  ];
  const stored = await hashPassword('correct horse', cheap);
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let i = 0; i < 7; i++) {
    for (const [who, hash] of [['known', stored] as const, ['unknown', undefined] as const]) {
      const startedMs = performance.now();
      assert.equal(await isPasswordOf(hash, 'wrong horse', dear), false);
      times[who].push(performance.now() - startedMs);
    }
  }
  const [known = 0, unknown = 0] = [times.known, times.unknown].map(
    (taken) => taken.toSorted((a, b) => a - b)[3],
  );
  // The cheap one alone takes a hundredth.
  assert.ok(known > unknown / 3 && unknown > known / 3, `known ${known}, unknown ${unknown} ms`);
});

test('a crowd is served in turn, and beyond a limit told to come again', async () => {
  const cheap = { memory: 64, passes: 1, parallelism: 1 };
  const stored = await hashPassword('correct horse', cheap);
  const tries = Array.from({ length: 600 }, (_, i) =>
    isPasswordOf(stored, i % 2 === 0 ? 'correct horse' : 'wrong horse', cheap),
  );
  const answers = await Promise.allSettled(tries);
  const refused = answers.filter((answer) => answer.status === 'rejected');
  assert.equal(refused.length, 600 - 502);
  for (const { reason } of refused) assert.deepEqual([reason.status, reason.code], [503, 'busy']);
  for (const [i, answer] of answers.entries()) {
    if (answer.status === 'fulfilled') assert.equal(answer.value, i % 2 === 0);
  }
  assert.equal(await isPasswordOf(stored, 'correct horse', cheap), true);
});
