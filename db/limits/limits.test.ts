import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { catchLog } from '../testing/catch-log.ts';
import { freshRedis } from '../testing/fresh-redis.ts';
import { openServerProxy } from '../testing/server-proxy.ts';
import { until } from '../testing/until.ts';
import type { Limits } from './limits.ts';
import { testLimits } from './limits.suite.ts';
import { openLimits } from './open-limits.ts';

const redisUrl = await freshRedis();
const { log } = catchLog();
const hourMs = 3_600_000;
const rate = { most: 5, windowMs: hourMs };
const patience = { free: 5, firstDelayMs: hourMs, maxDelayMs: hourMs, forgetMs: hourMs };

testLimits('limits in memory', () => ({
  limits: openLimits({ redisUrl: undefined, log }),
  wasAway: () => false,
}));
testLimits('limits in Redis', () => {
  const caught = catchLog();
  const limits = openLimits({ redisUrl, log: caught.log });
  return { limits, wasAway: () => caught.lines.length > 0 };
});

const countTaken = (limits: Limits, key: string) =>
  countAllowed(Array.from({ length: 20 }, () => limits.take(key, rate)));
const countTried = (limits: Limits, key: string) =>
  countAllowed(Array.from({ length: 20 }, () => limits.attempt(key, patience)));

async function countAllowed(asked: readonly Promise<{ isAllowed: boolean }>[]): Promise<number> {
  return (await Promise.all(asked)).filter(({ isAllowed }) => isAllowed).length;
}

test('processes with the same Redis share their counts, which expire', async () => {
  const [one, other] = [openLimits({ redisUrl, log }), openLimits({ redisUrl, log })];
  const key = await until('both count together', async () => {
    const shared = `shared:${randomUUID()}`;
    const taken = await Promise.all([countTaken(one, shared), countTaken(other, shared)]);
    const tried = await Promise.all([countTried(one, shared), countTried(other, shared)]);
    return taken[0] + taken[1] === 5 && tried[0] + tried[1] === 5 && shared;
  });
  const reader = new Redis(redisUrl);
  const keys = await reader.keys(`lectern:limits:*:${key}`);
  assert.equal(keys.length, 2);
  for (const stored of keys) assert.ok((await reader.pttl(stored)) > 0, stored);
  await reader.quit();

  await until('a success there counts here', async () => {
    await other.forgive(key);
    return (await countTried(one, key)) === 5;
  });
  await Promise.all([one.close(), other.close()]);
});

test('while Redis is away each process limits by itself, logs it once and comes back', async () => {
  await using proxy = await openServerProxy(redisUrl);
  const caught = catchLog();
  const limits = openLimits({ redisUrl: proxy.url, log: caught.log });
  const other = openLimits({ redisUrl, log });
  const warnings = () => caught.lines.filter(({ level }) => level >= 40).length;
  const areTogether = async () => {
    const many = { most: 1_000, windowMs: hourMs };
    const key = randomUUID();
    await limits.take(key, many);
    return (await other.take(key, many)).left === 998;
  };
  await until('what counts here counts there', areTogether);
  const before = warnings();
  await proxy.stop();
  assert.equal(await countTaken(limits, 'away'), 5);
  assert.equal(await countTried(limits, 'away'), 5);
  await limits.giveBack('away');
  assert.equal(await countTried(limits, 'away'), 1);
  await limits.forgive('away');
  assert.equal(await countTried(limits, 'away'), 5);
  assert.equal(warnings(), before + 1);
  await proxy.start();
  await until('it counts there again', areTogether);
  await Promise.all([limits.close(), other.close()]);
});

test('a Redis that falls silent is not waited for, and nobody is let through for it', async () => {
  await using proxy = await openServerProxy(redisUrl);
  proxy.freeze();
  const limits = openLimits({ redisUrl: proxy.url, log });
  assert.equal(await countTaken(limits, 'silent'), 5);
  assert.equal(await countTried(limits, 'silent'), 5);
  await limits.close();
});
