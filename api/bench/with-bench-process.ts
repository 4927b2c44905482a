import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '@lectern/db/testing/fresh-database';

export type BenchProcess = {
  readonly child: ChildProcess;
  readonly env: Readonly<Record<string, string>>;
  /** What the child said first. */
  readonly said: unknown;
};

export type BenchOptions = {
  /** Of Node itself. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Runs a server in a process of its own, on a database and a folder of its own. */
export async function withBenchProcess<T>(
  file: string,
  { flags = [], env = {} }: BenchOptions,
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
  const child = fork(file, {
    execArgv: [...flags],
    env: { PATH: process.env['PATH'] ?? '', ...all },
  });
  try {
    const [said]: unknown[] = await once(child, 'message', { signal: AbortSignal.timeout(30_000) });
    return await act({ child, env: all, said });
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
