import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '@lectern/db/testing/fresh-database';
import { until } from '@lectern/db/testing/until';

export type House = AsyncDisposable & {
  /** Where its API listens. */
  readonly url: string;
  /** Holds `data` and `tmp`; nothing else is to be written by anybody. */
  readonly folder: string;
  /** Which of its programs have ended by themselves. */
  listEnded(): string[];
};

export type HouseOptions = {
  readonly settings?: Readonly<Record<string, string>>;
  /** The workers that it has; all if none is named. */
  readonly takes?: readonly string[];
  /** Each program in a session of its own, as `npm start` has them: so Linux shares the processor. */
  readonly isApart?: boolean;
};

const programs = ['api/main.ts', 'workers/main.ts', 'workers/relay.ts'];

const root = join(import.meta.dirname, '..', '..');

/** The API, the workers and the relay as `npm start` runs them, on a database of their own. */
export async function startHouse({
  settings = {},
  takes = [],
  isApart = false,
}: HouseOptions = {}): Promise<House> {
  const [database, port] = await Promise.all([freshDatabase(), findPort()]);
  const folder = await mkdtemp(join(tmpdir(), 'lectern-house-'));
  for (const name of ['data', 'tmp']) await mkdir(join(folder, name));
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: database.url,
    DATA_DIR: join(folder, 'data'),
    TMPDIR: join(folder, 'tmp'),
    PORT: String(port),
    LECTERN_LOG_LEVEL: 'error',
    LECTERN_RATE_LIMIT: 'off',
    LECTERN_UPLOAD_RATE_LIMIT: 'off',
    ...settings,
  };
  const children = programs.map((file) =>
    spawn(process.execPath, [file, ...(file === 'workers/main.ts' ? takes : [])], {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: isApart,
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const end = async () => {
    await Promise.all(children.map(stop));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('the API is ready', async () => {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      return answer?.ok;
    });
    return {
      url,
      folder,
      listEnded: () => programs.filter((_, i) => hasEnded(children[i])),
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await once(child, 'exit');
  clearTimeout(timer);
}

function hasEnded(child: ChildProcess | undefined): boolean {
  return child === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('found no port');
  return address.port;
}
