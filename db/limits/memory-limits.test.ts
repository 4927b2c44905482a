import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryLimits } from './memory-limits.ts';

async function countAllowed(asked: readonly Promise<{ isAllowed: boolean }>[]): Promise<number> {
  return (await Promise.all(asked)).filter(({ isAllowed }) => isAllowed).length;
}

test('around the end of a window no burst fits twice', async () => {
  let nowMs = 0;
  const limits = openMemoryLimits({ now: () => nowMs });
  const sliding = { most: 100, windowMs: 60_000 };
  const burst = () => countAllowed(Array.from({ length: 300 }, () => limits.take('a', sliding)));
  assert.equal((await limits.take('a', sliding)).left, 99);
  nowMs = 59_000;
  assert.equal(await burst(), 99);
  nowMs = 61_000;
  assert.equal(await burst(), 2, 'one second of the old window has gone');
  nowMs = 90_000;
  assert.equal(await burst(), 49);
  nowMs = 240_000;
  assert.equal(await burst(), 100);
});

test('who waits as long as a refusal says is let in, and not before', async () => {
  let nowMs = 0.25;
  const limits = openMemoryLimits({ now: () => nowMs });
  for (const most of [1, 2, 7, 600]) {
    const sliding = { most, windowMs: 10_000 };
    const key = `of ${most}`;
    for (let round = 0; round < 50; round++) {
      let taken = await limits.take(key, sliding);
      while (taken.isAllowed) taken = await limits.take(key, sliding);
      const earlyMs = nowMs + taken.resetMs - 2;
      if (earlyMs > nowMs) {
        nowMs = earlyMs;
        assert.equal((await limits.take(key, sliding)).isAllowed, false, `${key} early`);
        nowMs += 2;
      } else {
        nowMs += taken.resetMs;
      }
      assert.equal((await limits.take(key, sliding)).isAllowed, true, `${key} in time`);
      nowMs += round * 37;
    }
  }
});

test('delays are 1, 2, 4 … seconds long and end at their most', async () => {
  let nowMs = 0;
  const limits = openMemoryLimits({ now: () => nowMs });
  const guard = { free: 2, firstDelayMs: 1_000, maxDelayMs: 10_000, forgetMs: 60_000 };
  assert.equal((await limits.attempt('a', guard)).isAllowed, true);
  for (const delayMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    assert.deepEqual(await limits.attempt('a', guard), { isAllowed: true, waitMs: 0 });
    nowMs += 0.5;
    assert.deepEqual(await limits.attempt('a', guard), { isAllowed: false, waitMs: delayMs });
    nowMs += delayMs;
  }
  nowMs += 60_000;
  const tried = Array.from({ length: 5 }, () => limits.attempt('a', guard));
  assert.equal(await countAllowed(tried), 2, 'all is forgotten');
});

test('made-up keys push out neither the count of a guessed password nor one another at once', async () => {
  const limits = openMemoryLimits({ maxKeys: 1_000 });
  const guard = { free: 5, firstDelayMs: 60_000, maxDelayMs: 60_000, forgetMs: 3_600_000 };
  for (let i = 0; i < 5; i++) await limits.attempt('guessed', guard);
  for (let i = 0; i < 20_000; i++) await limits.attempt(`made-up:${i}`, guard);
  assert.equal((await limits.attempt('guessed', guard)).isAllowed, false);
  for (let i = 0; i < 5; i++) await limits.attempt('new', guard);
  assert.equal((await limits.attempt('new', guard)).isAllowed, false);
});
