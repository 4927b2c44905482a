import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '@lectern/db/testing/fresh-database';
import { forkServer, type ServerOptions } from './fork-server.ts';

export type BenchProcess = {
  readonly child: ChildProcess;
  readonly env: Readonly<Record<string, string>>;
  /** What the child said first. */
  readonly said: unknown;
};

/** Runs a server in a process of its own, on a database and a folder of its own. */
export async function withBenchProcess<T>(
  file: string,
  { flags = [], env = {} }: ServerOptions,
  act: (bench: BenchProcess) => Promise<T>,
): Promise<T> {
  const database = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
  const all = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    LECTERN_LOG_LEVEL: 'error',
    // What is measured is the work and not the limits.
    LECTERN_RATE_LIMIT: 'off',
    LECTERN_UPLOAD_RATE_LIMIT: 'off',
    ...env,
  };
  try {
    await using server = await forkServer(file, { flags, env: all });
    return await act({ child: server.child, env: all, said: server.said });
  } finally {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
