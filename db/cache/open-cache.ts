import type { Bus } from '../bus/bus.ts';
import type { Log } from '../log.ts';
import type { Cache } from './cache.ts';
import { openMemoryCache } from './memory-cache.ts';
import { openRedisCache } from './redis-cache.ts';

export type CacheOptions = {
  readonly redisUrl: string | undefined;
  readonly bus: Bus;
  readonly log: Log;
};

/** A cache in Redis where there is one, else in this process. Nothing connects before first use. */
export function openCache({ redisUrl, bus, log }: CacheOptions): Cache {
  return redisUrl === undefined ? openMemoryCache({ bus, log }) : openRedisCache(redisUrl, log);
}
