import { randomUUID } from 'node:crypto';
import type { Log } from '../log.ts';
import { type Cache, checkKey } from './cache.ts';
import { parseJson, writeJson } from './json.ts';
import { Loads } from './loads.ts';
import { PatientRedis } from './patient-redis.ts';

const valueOf = (key: string) => `lectern:cache:value:${key}`;
const deletionOf = (key: string) => `lectern:cache:deletion:${key}`;

/** A deletion is remembered this long; a load that takes longer is not kept. */
const deletionKeptMs = 10 * 60_000;

/** Keeps a loaded value unless its key was deleted, or set, since the load began. */
const keepScript = `
if (redis.call('get', KEYS[2]) or '') == ARGV[3] then
  redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX')
end`;

/** A cache that all processes share. When Redis is away there is no cache, and nothing else. */
export function openRedisCache(redisUrl: string, log: Log): Cache {
  const loads = new Loads();
  const redis = new PatientRedis(redisUrl, { name: 'cache', log });

  const look = (key: string) =>
    redis.attempt(async (client) => {
      const [json, deletion] = await client.mget(valueOf(key), deletionOf(key));
      return { json: json ?? undefined, deletion: deletion ?? '' };
    });
  const keep = (key: string, json: string, ttlMs: number, deletion: string) =>
    redis.attempt((client) =>
      client.eval(keepScript, 2, valueOf(key), deletionOf(key), json, wholeMs(ttlMs), deletion),
    );

  return {
    async get(key) {
      checkKey(key);
      const json = await redis.attempt((client) => client.get(valueOf(key)));
      return parseJson(json ?? undefined);
    },
    async set(key, value, ttlMs) {
      checkKey(key);
      loads.forget(key);
      const json = writeJson(value);
      if (json === undefined || ttlMs <= 0) return;
      await redis.attempt((client) => client.set(valueOf(key), json, 'PX', wholeMs(ttlMs)));
    },
    async delete(key) {
      checkKey(key);
      loads.forget(key);
      await redis.attemptLater(`delete ${key}`, (pipeline) =>
        pipeline.del(valueOf(key)).set(deletionOf(key), randomUUID(), 'PX', deletionKeptMs),
      );
    },
    async remember(key, ttlMs, load) {
      checkKey(key);
      const answer = await loads.share(key, async () => {
        const startedAtMs = performance.now();
        const found = await look(key);
        if (found?.json !== undefined) return found.json;
        const json = writeJson(await load());
        const isInTime = performance.now() - startedAtMs < deletionKeptMs;
        if (json !== undefined && found !== undefined && ttlMs > 0 && isInTime) {
          await keep(key, json, ttlMs, found.deletion);
        }
        return json;
      });
      return parseJson(answer);
    },
    close: () => redis.close(),
  };
}

function wholeMs(ttlMs: number): number {
  return Math.max(1, Math.round(ttlMs));
}
