import { Redis } from 'ioredis';

/** Where the tests' Redis listens; undefined when this machine has none. */
export const testRedisUrl = process.env['TEST_REDIS_URL'];

/** Redis has 16 databases; two test files at a time need far fewer. */
const databases = 15;

/** The address of an emptied Redis database that no other test file uses just now. */
export async function freshRedis(): Promise<string> {
  if (testRedisUrl === undefined) {
    throw new Error('TEST_REDIS_URL is empty: run the tests with `npm test`, which starts Redis.');
  }
  const redis = new Redis(testRedisUrl);
  const index = ((await redis.incr('lectern-test-databases')) % databases) + 1;
  await redis.select(index);
  await redis.flushdb();
  await redis.quit();
  const url = new URL(testRedisUrl);
  url.pathname = `/${index}`;
  return url.href;
}
