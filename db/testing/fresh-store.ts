import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Config, readConfig } from '../config.ts';
import { open, type Store } from '../open.ts';
import { freshDatabase } from './fresh-database.ts';
import { freshRedis } from './fresh-redis.ts';

export type FreshOptions = {
  readonly queue?: 'postgres' | 'redis';
  readonly env?: Record<string, string>;
};

// Registered here, at the top of the file, because `after` within a `before` belongs to that hook alone.
const cleanups: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanUp of cleanups.toReversed()) await cleanUp();
});

/** A store on a database and a folder of its own, closed and removed when the test file ends. */
export async function freshStore(options: FreshOptions = {}): Promise<Store> {
  const config = await freshConfig(options);
  const store = open(config, 'test');
  cleanups.push(() => store.close());
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
  cleanups.push(async () => {
    await rm(dataDir, { recursive: true, force: true });
    await database.drop();
  });
  return {
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    LECTERN_LOG_LEVEL: process.env['LECTERN_LOG_LEVEL'] ?? 'silent',
    ...(queue === 'redis' && { QUEUE_URL: await freshRedis() }),
    ...env,
  };
}
