import { PatientRedis } from '../cache/patient-redis.ts';
import type { Log } from '../log.ts';
import type { Limits } from './limits.ts';
import { openMemoryLimits } from './memory-limits.ts';
import { attemptScript, giveBackScript, takeScript } from './scripts.ts';

const windowOf = (key: string) => `lectern:limits:window:${key}`;
const attemptsOf = (key: string) => `lectern:limits:attempts:${key}`;

/** Limits that all processes share. While Redis is away each process counts for itself. */
export function openRedisLimits(redisUrl: string, log: Log): Limits {
  const redis = new PatientRedis(redisUrl, { name: 'shared count of requests', log });
  const own = openMemoryLimits();

  const run = (script: string, key: string, ...settings: readonly number[]) =>
    redis.attempt(async (client) => readNumbers(await client.eval(script, 1, key, ...settings)));

  return {
    async take(key, rate) {
      const { most, windowMs } = rate;
      const answer = await run(takeScript, windowOf(key), most, windowMs);
      if (answer === undefined) return own.take(key, rate);
      const [isAllowed, left = 0, resetMs = 0] = answer;
      return { isAllowed: isAllowed === 1, most, left, resetMs };
    },
    async attempt(key, patience) {
      const { free, firstDelayMs, maxDelayMs, forgetMs } = patience;
      const settings = [free, firstDelayMs, maxDelayMs, forgetMs];
      const answer = await run(attemptScript, attemptsOf(key), ...settings);
      if (answer === undefined) return own.attempt(key, patience);
      const [isAllowed, waitMs = 0] = answer;
      return { isAllowed: isAllowed === 1, waitMs };
    },
    async giveBack(key) {
      const answer = await run(giveBackScript, attemptsOf(key));
      if (answer === undefined) await own.giveBack(key);
    },
    async forgive(key) {
      await own.forgive(key);
      await redis.attempt((client) => client.del(attemptsOf(key)));
    },
    async close() {
      await own.close();
      await redis.close();
    },
  };
}

function readNumbers(answer: unknown): readonly number[] {
  if (Array.isArray(answer) && answer.every((item) => typeof item === 'number')) return answer;
  throw new Error(`Redis answered a script of the limits with ${String(answer)}, not with numbers`);
}
