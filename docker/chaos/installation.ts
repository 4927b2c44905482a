import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Db, openPool } from '@lectern/db/postgres/connect';
import { findFreePort } from '../free-port.ts';
import { root } from '../parts.ts';
import { type Postgres, startPostgres } from '../postgres.ts';
import { waitUntilReady } from '../readiness.ts';

const parts = {
  api: 'api/main.ts',
  workers: 'workers/main.ts',
  relay: 'workers/relay.ts',
} as const;
type PartName = keyof typeof parts;

/** A whole Lectern whose parts a test may kill; they are started again at once. */
export type Installation = {
  readonly url: string;
  readonly db: Db;
  readonly postgres: Postgres;
  kill(part: PartName): void;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function startInstallation(more: Record<string, string> = {}): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'lectern-chaos-'));
  chmodSync(folder, 0o755);
  stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    logFolder: join(folder, 'logs'),
    tell: () => undefined,
  });
  stack.defer(() => postgres.stop(AbortSignal.abort()));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    DATABASE_URL: postgres.url,
    DATA_DIR: join(folder, 'data'),
    PORT: String(port),
    LECTERN_LOG_LEVEL: 'silent',
    LECTERN_SHUTDOWN_MS: '1000',
    ...more,
  };
  await once(spawnPart('db/migrate.ts', env), 'exit');
  const children = new Map<PartName, ChildProcess>();
  let isClosing = false;
  const start = (part: PartName) => {
    const child = spawnPart(parts[part], env);
    children.set(part, child);
    child.once('exit', () => {
      if (!isClosing) setTimeout(start, 50, part);
    });
  };
  start('api');
  start('workers');
  start('relay');
  stack.defer(async () => {
    isClosing = true;
    await Promise.all([...children.values()].map(end));
  });
  const pool = openPool({
    url: postgres.url,
    connections: 2,
    statementTimeoutMs: 15_000,
    onError: () => undefined,
  });
  const db = connect(pool);
  stack.defer(() => db.destroy());
  const signal = AbortSignal.timeout(120_000);
  await waitUntilReady({ url, signal, patienceMs: 120_000, onSlow: () => undefined });
  const opened = stack.move();
  return {
    url,
    db,
    postgres,
    kill: (part) => children.get(part)?.kill('SIGKILL'),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function spawnPart(file: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [file], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
