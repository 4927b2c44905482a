import type { Log } from '../log.ts';
import type { Limits } from './limits.ts';
import { openMemoryLimits } from './memory-limits.ts';
import { openRedisLimits } from './redis-limits.ts';

export type LimitsOptions = { readonly redisUrl: string | undefined; readonly log: Log };

/** Limits in Redis where there is one, else in this process. Nothing connects before first use. */
export function openLimits({ redisUrl, log }: LimitsOptions): Limits {
  return redisUrl === undefined ? openMemoryLimits() : openRedisLimits(redisUrl, log);
}
