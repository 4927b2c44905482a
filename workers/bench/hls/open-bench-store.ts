import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@lectern/db/config';
import { open, type Store } from '@lectern/db/open';
import { freshDatabase } from '@lectern/db/testing/fresh-database';

export type BenchStore = AsyncDisposable & {
  readonly store: Store;
  /** For processes that work on it. */
  readonly env: Record<string, string>;
};

/** A store on a database and a folder of its own. */
export async function openBenchStore(): Promise<BenchStore> {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
  const env = { DATA_DIR: folder, DATABASE_URL: database.url, LECTERN_LOG_LEVEL: 'error' };
  const store = open(readConfig(env, null), 'bench');
  return {
    store,
    env,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
