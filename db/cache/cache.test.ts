import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Redis } from 'ioredis';
import type { Bus } from '../bus/bus.ts';
import { openBus } from '../bus/open-bus.ts';
import { catchLog } from '../testing/catch-log.ts';
import { freshDatabase } from '../testing/fresh-database.ts';
import { freshRedis } from '../testing/fresh-redis.ts';
import { openServerProxy } from '../testing/server-proxy.ts';
import { until } from '../testing/until.ts';
import { testCache } from './cache.suite.ts';
import { openMemoryCache } from './memory-cache.ts';
import { openCache } from './open-cache.ts';

const database = await freshDatabase();
const redisUrl = await freshRedis();
const { log } = catchLog();
const longMs = 3_600_000;
const buses: Bus[] = [];
after(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  await database.drop();
});

function openAnotherBus(databaseUrl = database.url, heard = log): Bus {
  const bus = openBus({ databaseUrl, redisUrl: undefined, log: heard });
  buses.push(bus);
  return bus;
}

testCache('the cache in memory', () =>
  openCache({ redisUrl: undefined, bus: openAnotherBus(), log }),
);
testCache('the cache in Redis', () => openCache({ redisUrl, bus: openAnotherBus(), log }));

test('the memory cache drops what was not used for longest', async () => {
  const bounds = { maxEntries: 3, maxBytes: 1_000_000 };
  const cache = openMemoryCache({ bus: openAnotherBus(), log, bounds });
  for (const key of ['a', 'b', 'c']) await cache.set(key, key, longMs);
  await cache.get('a');
  await cache.set('d', 'd', longMs);
  const kept = await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.get(key)));
  assert.deepEqual(kept, ['a', undefined, 'c', 'd']);
  await cache.close();
});

test('the memory cache keeps to its bytes, also when one value alone is too large', async () => {
  const bounds = { maxEntries: 100, maxBytes: 10_000 };
  const cache = openMemoryCache({ bus: openAnotherBus(), log, bounds });
  const value = 'x'.repeat(2_000);
  for (const key of ['a', 'b', 'c']) await cache.set(key, value, longMs);
  await cache.set('huge', 'x'.repeat(20_000), longMs);
  const kept = await Promise.all(['a', 'b', 'c', 'huge'].map((key) => cache.get(key)));
  assert.deepEqual(kept, [undefined, value, value, undefined]);
  await cache.set('b', 'short', longMs);
  await cache.set('d', value, longMs);
  assert.deepEqual(await cache.get('c'), value, 'a replaced value gives its room back');
  await cache.close();
});

test('the memory cache forgets everything when deletes may have been missed', async () => {
  await using proxy = await openServerProxy(database.url);
  const cache = openMemoryCache({ bus: openAnotherBus(proxy.url), log });
  await cache.set('a', 'old', longMs);
  assert.equal(await cache.get('a'), 'old');
  const gate = Promise.withResolvers<string>();
  const loaded = cache.remember('b', longMs, () => gate.promise);
  await proxy.stop();
  await proxy.start();
  await until('it is empty', async () => (await cache.get('a')) === undefined);
  gate.resolve('old');
  await loaded;
  assert.equal(await cache.get('b'), undefined, 'nor is kept what began to load before');
});

test('without its bus the memory cache keeps nothing and still answers', async () => {
  await using proxy = await openServerProxy(database.url);
  await proxy.stop();
  const caught = catchLog();
  const cache = openMemoryCache({ bus: openAnotherBus(proxy.url, caught.log), log: caught.log });
  assert.equal(await cache.remember('a', longMs, async () => 1), 1);
  const beganAtMs = performance.now();
  await cache.set('a', 1, longMs);
  assert.equal(await cache.get('a'), undefined);
  assert.ok(performance.now() - beganAtMs < 1_000, 'only the first caller waits for the bus');
  const off = caught.lines.filter(({ msg }) => msg.startsWith('the cache is off'));
  assert.equal(off.length, 1);
  await proxy.start();
  await until('it is on', async () => {
    await cache.set('a', 2, longMs);
    return (await cache.get('a')) === 2;
  });
});

test('without Redis the Redis cache answers at once, logs the outage once and comes back', async () => {
  await using proxy = await openServerProxy(redisUrl);
  const caught = catchLog();
  const cache = openCache({ redisUrl: proxy.url, bus: openAnotherBus(), log: caught.log });
  const reader = new Redis(redisUrl);
  await cache.set('kept', 'old', longMs);
  assert.equal(await cache.get('kept'), 'old');
  await proxy.stop();
  const beganAtMs = performance.now();
  await until('it is away', async () => (await cache.get('kept')) === undefined);
  await cache.delete('kept');
  await cache.set('other', 1, longMs);
  assert.equal(await cache.remember('kept', longMs, async () => 'new'), 'new');
  assert.ok(performance.now() - beganAtMs < 3_000, 'nobody waits for a cache');
  assert.equal(await reader.exists('lectern:cache:value:kept'), 1);
  await proxy.start();
  await until('the delete is made up for', async () => {
    return (await reader.exists('lectern:cache:value:kept')) === 0;
  });
  assert.deepEqual(
    caught.lines.map(({ msg }) => msg),
    ['the cache is off: Redis (REDIS_URL) does not answer', 'the cache is on again'],
  );
  await cache.close();
  await reader.quit();
});

test('a Redis that falls silent costs its callers seconds at most', async () => {
  await using proxy = await openServerProxy(redisUrl);
  proxy.freeze();
  const cache = openCache({ redisUrl: proxy.url, bus: openAnotherBus(), log });
  const beganAtMs = performance.now();
  assert.equal(await cache.get('a'), undefined);
  await cache.delete('a');
  assert.equal(await cache.remember('a', longMs, async () => 1), 1);
  assert.ok(performance.now() - beganAtMs < 5_000);
  await cache.close();
});
