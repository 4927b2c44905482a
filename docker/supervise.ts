import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Config, databaseUrlFile } from '@lectern/db/config';
import { prepareDataFolder } from './data-folder.ts';
import { explainBusyPort, findFreePort } from './free-port.ts';
import { type InstallationLock, takeLock } from './installation-lock.ts';
import { awaitEnd, describeEnding, type Hooks, keepRunning } from './keep-running.ts';
import { endLeftovers } from './leftovers.ts';
import { asPart, type PartPlan, root, spawnNode } from './parts.ts';
import { startPostgres } from './postgres.ts';
import { urlOf, waitUntilReady } from './readiness.ts';
import { openRoleLog, type RoleLog } from './role-log.ts';
import { listenForStop, type StopRequests } from './stop-requests.ts';
import { tell } from './tell.mjs';

export type SuperviseOptions = {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly planParts: (config: Config, operationsPort: number) => readonly PartPlan[];
  /** The file that brings the database up to date. */
  readonly migration: string;
  readonly onReady: (url: string, databaseUrl: string) => Promise<void>;
};

/** A start that cannot be, in sentences for the person who asked for it. */
export class StartRefused extends Error {}

type Setup = SuperviseOptions & {
  readonly url: string;
  readonly logFolder: string;
  readonly requests: StopRequests;
  /** What is set up last is taken down first. */
  readonly stack: AsyncDisposableStack;
};

const patienceMs = 60_000;
const leftoverMs = 5_000;
/** What a stop may take beyond the time that running work has. */
const stoppingMs = 60_000;

/** Runs everything on this machine until a stop is asked for, and stops it in order. */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { config } = options;
  const requests = listenForStop();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => requests.close());
  const logFolder = prepareDataFolder(config.dataDir);
  try {
    await start({ ...options, url: urlOf(config), logFolder, requests, stack });
    await untilAborted(requests.asked);
  } catch (error) {
    if (!requests.asked.aborted) throw error;
  }
  tell(`Stopping; running work has ${config.shutdownMs / 1000} s. Ctrl-C again stops it now.`);
}

async function start(setup: Setup): Promise<void> {
  const { config, url, logFolder, requests } = setup;
  const lock = await lockInstallation(setup);
  await endLeftovers(lock.leftOver, leftoverMs);
  const busy = await explainBusyPort(config.host, config.port);
  if (busy !== undefined) throw new StartRefused(busy);

  const databaseUrl = config.databaseUrl ?? (await bringPostgres(setup));
  const env = {
    // Five processes load the same modules: compiled once, they start in two thirds of the time.
    NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
    ...setup.env,
    DATABASE_URL: databaseUrl,
  };
  requests.asked.throwIfAborted();
  await migrate(setup, env);
  await startParts(setup, lock, env);
  await waitUntilReady({
    url,
    signal: requests.asked,
    patienceMs,
    onSlow: (lacking) =>
      tell(`Not ready yet: ${lacking}. It goes on trying; the logs are in ${logFolder}.`),
  });
  await setup.onReady(url, databaseUrl);
}

async function lockInstallation({
  config,
  url,
  stack,
  requests,
}: Setup): Promise<InstallationLock> {
  const giveUpAt = performance.now() + config.shutdownMs + stoppingMs;
  for (let attempt = 0; ; attempt++) {
    const answer = takeLock(config.dataDir, url);
    if (answer.taken) {
      requests.asked.addEventListener('abort', () => answer.lock.markStopping());
      stack.defer(() => answer.lock.release());
      return answer.lock;
    }
    if (!answer.stopping || performance.now() > giveUpAt) {
      throw new StartRefused(
        `Lectern already runs here (pid ${answer.pid}) at ${answer.url}. For a second copy: PORT=${config.port + 1} DATA_DIR=./data-2 npm start`,
      );
    }
    if (attempt === 0)
      tell(`The start before this one (pid ${answer.pid}) is stopping; waiting for it.`);
    await wait(100, undefined, { signal: requests.asked });
  }
}

async function bringPostgres({ config, logFolder, requests, stack }: Setup): Promise<string> {
  const starting = startPostgres({
    folder: join(config.dataDir, 'postgres'),
    logFolder,
    tell,
    signal: requests.asked,
    onDeath: (ending, againInMs) =>
      tell(describeDeath('postgres', describeEnding(ending), againInMs)),
  });
  const postgres = await starting.catch((error: unknown) => {
    requests.asked.throwIfAborted();
    throw new StartRefused(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  });
  stack.defer(() => postgres.stop(requests.hurried));
  const file = databaseUrlFile(config.dataDir);
  // Renamed into place, so that a command beside this one never reads half an address.
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, `${postgres.url}\n`, { mode: 0o600 });
  renameSync(draft, file);
  stack.defer(() => rmSync(file, { force: true }));
  return postgres.url;
}

async function migrate(setup: Setup, env: NodeJS.ProcessEnv): Promise<void> {
  const log = openLog(setup, 'migrate');
  const child = spawnNode([setup.migration], env, log);
  const end = () => child.kill('SIGTERM');
  setup.requests.asked.addEventListener('abort', end);
  const ending = await awaitEnd(child);
  setup.requests.asked.removeEventListener('abort', end);
  setup.requests.asked.throwIfAborted();
  if (ending.code === 0) return;
  const words = log.lastError() ?? describeEnding(ending);
  throw new StartRefused(
    `The database could not be brought up to date: ${words}\nThe log is ${join(setup.logFolder, 'migrate.log')}.`,
  );
}

async function startParts(
  setup: Setup,
  lock: InstallationLock,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { config, requests } = setup;
  const running = setup.planParts(config, await findFreePort()).map((plan) => {
    const log = openLog(setup, plan.role);
    const hooks: Hooks = {
      onStart: (pid) => lock.recordChild(plan.role, pid),
      onDeath(ending, againInMs) {
        const words = [describeEnding(ending), log.lastError()].filter(Boolean).join(': ');
        tell(describeDeath(plan.role, words, againInMs));
      },
    };
    return keepRunning(asPart(plan, env, log, config.shutdownMs), hooks);
  });
  setup.stack.defer(async () => {
    for (const part of running) await part.stop(requests.hurried);
  });
}

function openLog({ logFolder, stack }: Setup, role: string): RoleLog {
  const log = openRoleLog({ folder: logFolder, role, show: tell });
  stack.defer(() => log.close());
  return log;
}

function describeDeath(role: string, words: string, againInMs: number): string {
  return `${role} ${words}; starting it again in ${againInMs / 1000} s.`;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
