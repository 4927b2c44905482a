import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Config, readConfig } from '../config.ts';
import { open, type Store } from '../open.ts';
import { freshDatabase } from './fresh-database.ts';

export type FreshOptions = {
  readonly queue?: 'postgres' | 'redis';
  readonly env?: Record<string, string>;
};

/** A store on a database and a folder of its own, closed and removed when the test file ends. */
export async function freshStore(options: FreshOptions = {}): Promise<Store> {
  const config = await freshConfig(options);
  const store = open(config, 'test');
  after(() => store.close());
  return store;
}

/** The configuration of such a store, for processes that a test starts. */
export async function freshConfig(options: FreshOptions = {}): Promise<Config> {
  return readConfig(await freshEnv(options), null);
}

export async function freshEnv({ queue = 'postgres', env = {} }: FreshOptions = {}): Promise<
  Record<string, string>
> {
  const database = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-test-'));
  after(async () => {
    await rm(dataDir, { recursive: true, force: true });
    await database.drop();
  });
  return {
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    LECTERN_LOG_LEVEL: process.env['LECTERN_LOG_LEVEL'] ?? 'silent',
    ...(queue === 'redis' && { QUEUE_URL: requireTestRedis() }),
    ...env,
  };
}

/** Where the tests' Redis listens; undefined when this machine has none. */
export const testRedisUrl = process.env['TEST_REDIS_URL'];

function requireTestRedis(): string {
  if (testRedisUrl !== undefined) return testRedisUrl;
  throw new Error('TEST_REDIS_URL is empty: run the tests with `npm test`, which starts Redis.');
}
