import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openPool } from '@lectern/db/postgres/connect';
import { findFreePort } from './free-port.ts';
import { awaitEnd, describeEnding, type Ending, keepRunning, type Part } from './keep-running.ts';
import { type Account, runAs } from './postgres-account.ts';
import { findBinaries, prepareFolder, readPassword, roleName } from './postgres-folder.ts';
import { endOrphan } from './postgres-orphan.ts';
import { openRoleLog, type RoleLog } from './role-log.ts';

export type Postgres = {
  readonly url: string;
  readonly pid: () => number | undefined;
  stop(hurry?: AbortSignal): Promise<void>;
};

export type PostgresOptions = {
  readonly folder: string;
  readonly logFolder: string;
  readonly tell: (line: string) => void;
  /** False only for databases that are thrown away: nothing is forced to disk. */
  readonly durable?: boolean;
  /** Beside or instead of the usual ones. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly onDeath?: (ending: Ending, againInMs: number) => void;
};

const readyLimitMs = 10 * 60_000;
const never = new AbortController().signal;

/** Starts the PostgreSQL that npm brought, and starts it again on the same port whenever it dies. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { folder, tell, durable = true } = options;
  const password = readPassword(join(dirname(folder), 'secrets', 'postgres-password'));
  const binaries = findBinaries();
  await endOrphan(folder, tell);
  const account = prepareFolder({ binaries, folder, password, durable, tell });
  const log = openRoleLog({ folder: options.logFolder, role: 'postgres', show: tell });
  const launch = (port: number) => {
    const words = [
      '-D',
      folder,
      ...listSettings({ ...settingsOf(durable), ...options.settings, port: String(port) }),
    ];
    return spawnPostgres(account, binaries.postgres, words, log);
  };

  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    const url = `postgres://${roleName}:${password}@127.0.0.1:${port}/postgres`;
    const child = launch(port);
    const part = asPart(() => launch(port));
    try {
      await waitUntilReady(url, child, options);
    } catch (error) {
      await keepRunning(part, {}, child).stop(never);
      // Somebody may have been quicker to take the port.
      const last = log.lastError() ?? '';
      if (attempt < 3 && last.includes('could not create any TCP/IP sockets')) continue;
      log.close();
      throw explainFailure(error, last, options);
    }
    const hooks = options.onDeath === undefined ? {} : { onDeath: options.onDeath };
    const running = keepRunning(part, hooks, child);
    const stop = async (hurry = never) => {
      await running.stop(hurry);
      log.close();
    };
    return { url, pid: running.pid, stop };
  }
}

function spawnPostgres(account: Account, postgres: string, words: string[], log: RoleLog) {
  const { command, args, ids } = runAs(account, postgres, words);
  const child = spawn(command, args, {
    ...ids,
    cwd: '/',
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
    // A group of its own: a terminal's Ctrl-C would stop it before those who still write to it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.on('data', log.write);
  return child;
}

function explainFailure(error: unknown, last: string, options: PostgresOptions): Error {
  const words = error instanceof Error ? error.message : String(error);
  const file = join(options.logFolder, 'postgres.log');
  const message = `PostgreSQL did not start. ${words} ${last}\nIts log is ${file}.`;
  return new Error(message, { cause: error });
}

function asPart(start: () => ChildProcess): Part {
  return {
    role: 'postgres',
    start,
    stops: [
      { signal: 'SIGINT', waitMs: 20_000, hurriedMs: 5_000 },
      { signal: 'SIGQUIT', waitMs: 5_000, hurriedMs: 2_000 },
    ],
  };
}

function settingsOf(durable: boolean): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Statements and details of an error hold what people wrote; they stay out of the log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
}

function listSettings(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function waitUntilReady(
  url: string,
  child: ChildProcess,
  { tell, signal = never }: PostgresOptions,
): Promise<void> {
  const startedAt = performance.now();
  const pool = openPool({
    url,
    connections: 1,
    statementTimeoutMs: 5_000,
    onError: () => undefined,
  });
  let ending: Ending | undefined;
  void awaitEnd(child).then((end) => (ending = end));
  let toldAtMs = 10_000;
  try {
    for (;;) {
      signal.throwIfAborted();
      if (ending !== undefined) throw new Error(`It ${describeEnding(ending)}.`);
      const refusal = await connectOnce(pool);
      if (refusal === undefined) return;
      const passedMs = performance.now() - startedAt;
      if (passedMs > readyLimitMs) throw new Error('It was not ready in time.', { cause: refusal });
      if (passedMs > toldAtMs) {
        tell('PostgreSQL is still starting: after a hard stop it reads its journal first.');
        toldAtMs *= 4;
      }
      await wait(20);
    }
  } finally {
    await pool.end();
  }
}

/** What PostgreSQL answers while it is not ready; a wrong password is an end, not a wait. */
async function connectOnce(pool: ReturnType<typeof openPool>): Promise<unknown> {
  try {
    (await pool.connect()).release(true);
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '28P01') {
      throw new Error(
        'Its password is not the one in secrets/postgres-password beside it: put that file back from a backup.',
        { cause: error },
      );
    }
    return error;
  }
}
