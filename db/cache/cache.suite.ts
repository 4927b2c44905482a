import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { until } from '../testing/until.ts';
import type { Cache } from './cache.ts';

/** Opens one more instance, as another process would; the caller closes it. */
export type OpenCache = () => Cache;

const longMs = 3_600_000;

/** What every cache has to do. */
export function testCache(name: string, openAnother: OpenCache): void {
  const check = (title: string, act: (own: Cache, other: Cache, key: string) => Promise<void>) => {
    test(`${name}: ${title}`, async () => {
      const caches = [openAnother(), openAnother()] as const;
      try {
        await act(...caches, `test:${randomUUID()}`);
      } finally {
        await Promise.all(caches.map((cache) => cache.close()));
      }
    });
  };

  check('what was set is there until it is deleted', async (cache, _, key) => {
    assert.equal(await cache.get(key), undefined);
    await cache.set(key, { title: 'Курс "1"', tags: [1, null, true] }, longMs);
    assert.deepEqual(await cache.get(key), { title: 'Курс "1"', tags: [1, null, true] });
    await cache.set(key, 0, longMs);
    assert.equal(await cache.get(key), 0);
    await cache.delete(key);
    assert.equal(await cache.get(key), undefined);
    await cache.delete(key);
  });

  check('a value is gone when its time is over', async (cache, _, key) => {
    await cache.set(key, 'soon gone', 300);
    await cache.set(`${key}:other`, 'stays', longMs);
    assert.equal(await cache.get(key), 'soon gone');
    await until('it is gone', async () => (await cache.get(key)) === undefined, 5_000);
    assert.equal(await cache.get(`${key}:other`), 'stays');
  });

  check('a value is a copy', async (cache, _, key) => {
    const given = { names: ['a'], at: new Date(0) };
    await cache.set(key, given, longMs);
    given.names.push('b');
    const first = await cache.get<{ names: string[] }>(key);
    first?.names.push('c');
    assert.deepEqual(await cache.get(key), { names: ['a'], at: '1970-01-01T00:00:00.000Z' });
    const loaded = await cache.remember(`${key}:2`, longMs, async () => given);
    loaded.names.push('c');
    assert.deepEqual(await cache.get(`${key}:2`), {
      names: ['a', 'b'],
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  check('a delete reaches the other instances', async (own, other, key) => {
    let answer = 'old';
    const load = async () => answer;
    assert.equal(await own.remember(key, longMs, load), 'old');
    assert.equal(await other.remember(key, longMs, load), 'old');
    answer = 'new';
    assert.equal(await other.remember(key, longMs, load), 'old');
    await own.delete(key);
    const read = () => other.remember(key, longMs, load);
    await until('the other sees it', async () => (await read()) === 'new');
    assert.equal(await own.remember(key, longMs, load), 'new');
  });

  check('those who ask at the same time share one load', async (cache, _, key) => {
    const gate = Promise.withResolvers<void>();
    let loads = 0;
    const load = async () => {
      loads++;
      await gate.promise;
      return { loads };
    };
    const asked = Array.from({ length: 20 }, () => cache.remember(key, longMs, load));
    await until('a load began', async () => loads > 0);
    gate.resolve();
    const answers = await Promise.all(asked);
    assert.equal(loads, 1);
    assert.deepEqual(new Set(answers.map((answer) => answer.loads)), new Set([1]));
    assert.equal(new Set(answers).size, 20, 'each has a copy of its own');
    assert.deepEqual(await cache.get(key), { loads: 1 });
  });

  for (const who of ['own', 'other'] as const) {
    check(`a delete by the ${who} instance keeps a running load out`, async (own, other, key) => {
      // The other one is in use, so that it is known to hear of deletes.
      await Promise.all([own.get(key), other.get(key)]);
      const { loaded, finish } = await beginLoad(own, key);
      await (who === 'own' ? own : other).delete(key);
      await isHeardBy(own, other);
      finish('stale');
      assert.equal(await loaded, 'stale');
      assert.equal(await own.get(key), undefined);
      assert.equal(await own.remember(key, longMs, async () => 'fresh'), 'fresh');
      assert.equal(await own.get(key), 'fresh');
    });
  }

  check('who asks after a delete does not get the load from before it', async (cache, _, key) => {
    const { loaded, finish } = await beginLoad(cache, key);
    await cache.delete(key);
    assert.equal(await cache.remember(key, longMs, async () => 'fresh'), 'fresh');
    finish('stale');
    assert.equal(await loaded, 'stale');
    assert.equal(await cache.get(key), 'fresh');
  });

  check('a value that was set during a load stays', async (cache, _, key) => {
    const { loaded, finish } = await beginLoad(cache, key);
    await cache.set(key, 'set', longMs);
    finish('loaded');
    await loaded;
    assert.equal(await cache.get(key), 'set');
  });

  check('a load that fails is told to all and not kept', async (cache, _, key) => {
    const fail = () => cache.remember(key, longMs, () => Promise.reject(new Error('no such row')));
    const failed = await Promise.allSettled([fail(), fail()]);
    assert.deepEqual(
      failed.map((result) => result.status === 'rejected' && result.reason.message),
      ['no such row', 'no such row'],
    );
    assert.equal(await cache.remember(key, longMs, async () => 'found'), 'found');
  });

  check(
    'nothing is loaded while the value is there, undefined is not kept',
    async (cache, _, key) => {
      assert.equal(await cache.remember(key, longMs, async () => undefined), undefined);
      assert.equal(await cache.remember(key, longMs, async () => null), null);
      assert.equal(await cache.remember(key, longMs, () => assert.fail('it is there')), null);
    },
  );

  check('the longest key works everywhere, a longer one is refused', async (own, other) => {
    const longest = randomUUID().padEnd(1_000, 'k');
    await assert.rejects(own.get(`${longest}k`), /at most 1000 bytes/);
    await own.set(longest, 1, longMs);
    assert.equal(await own.get(longest), 1);
    await other.delete(longest);
    await until('the delete arrived', async () => (await own.get(longest)) === undefined);
  });
}

type RunningLoad = { readonly loaded: Promise<string>; readonly finish: (value: string) => void };

/** A load that has begun and ends when it is told to. */
async function beginLoad(cache: Cache, key: string): Promise<RunningLoad> {
  const gate = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const loaded = cache.remember(key, longMs, () => {
    begun.resolve();
    return gate.promise;
  });
  await begun.promise;
  return { loaded, finish: gate.resolve };
}

/** Waits until what `other` deleted before has been heard: later deletes come after it. */
async function isHeardBy(own: Cache, other: Cache): Promise<void> {
  const key = `mark:${randomUUID()}`;
  await own.set(key, 1, longMs);
  await other.delete(key);
  await until('the mark is gone', async () => (await own.get(key)) === undefined);
}
