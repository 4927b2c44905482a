import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from '@lectern/db/config';
import type { Part } from './keep-running.ts';
import type { RoleLog } from './role-log.ts';

export const root = join(import.meta.dirname, '..');

/** A program of Lectern's that `npm start` runs, and what it gets beside the settings. */
export type PartPlan = {
  readonly role: string;
  readonly file: string;
  /** Of Node itself. */
  readonly flags?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
};

/** An upload's pieces are garbage at once: collected often, 1 GB passes through 180 MB and not 260. */
const collectOften = ['--max-semi-space-size=2'];

/** In the order in which they are stopped: first whoever takes new work, last whoever tells of it. */
export function planParts(config: Config, operationsPort: number): readonly PartPlan[] {
  const host = '127.0.0.1';
  const operationsUrl = config.operationsUrl ?? `http://${host}:${operationsPort}`;
  return [
    {
      role: 'api',
      file: 'api/main.ts',
      flags: collectOften,
      env: { OPERATIONS_URL: operationsUrl },
    },
    { role: 'workers', file: 'workers/main.ts', env: {} },
    { role: 'relay', file: 'workers/relay.ts', env: {} },
    ...(config.operationsUrl === undefined
      ? [
          {
            role: 'operations',
            file: 'dashboards/operations/main.ts',
            env: { HOST: host, PORT: String(operationsPort) },
          },
        ]
      : []),
    ...(config.telegramToken === undefined
      ? []
      : [{ role: 'telegram', file: 'bots/telegram/main.ts', env: {} }]),
  ];
}

/** Beyond the time that running work has, for closing what is open. */
const closingMs = 10_000;

export function asPart(plan: PartPlan, env: NodeJS.ProcessEnv, log: RoleLog, stopMs: number): Part {
  return {
    role: plan.role,
    start: () => spawnNode([...(plan.flags ?? []), plan.file], { ...env, ...plan.env }, log),
    stops: [{ signal: 'SIGTERM', waitMs: stopMs + closingMs, hurriedMs: 0 }],
  };
}

export function spawnNode(words: readonly string[], env: NodeJS.ProcessEnv, log: RoleLog) {
  const child = spawn(process.execPath, words, {
    cwd: root,
    env,
    // The channel tells the child when this process is gone, however it went.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: a terminal's Ctrl-C reaches the supervisor alone, which stops all in order.
    detached: true,
  });
  child.stdout?.on('data', log.write);
  child.stderr?.on('data', log.write);
  return child;
}
