import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort } from './free-port.ts';
import { keepRunning, type Part } from './keep-running.ts';
import { isOnPath } from './programs.mjs';
import type { RoleLog } from './role-log.ts';

export type Redis = {
  readonly url: string;
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
};

const readyLimitMs = 15_000;
const settings = '--bind 127.0.0.1 --save  --maxmemory-policy noeviction --databases 16';

/**
 * A Redis for tests and measurements, in a folder that is thrown away; undefined where this machine
 * has none. One that `keeps` has its data again after it was killed.
 */
export async function startRedis(
  folder: string,
  log: RoleLog,
  { keeps = false } = {},
): Promise<Redis | undefined> {
  if (!isOnPath('redis-server')) return undefined;
  const port = await findFreePort();
  const part: Part = {
    role: 'redis',
    start: () => {
      const words = ['--port', String(port), '--dir', folder, ...settings.split(' ')];
      words.push('--appendonly', keeps ? 'yes' : 'no');
      const child = spawn('redis-server', words, {
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      child.stdout.on('data', log.write);
      child.stderr.on('data', log.write);
      return child;
    },
    stops: [{ signal: 'SIGTERM', waitMs: 5_000, hurriedMs: 0 }],
  };
  const running = keepRunning(part);
  const giveUpAt = performance.now() + readyLimitMs;
  while (!(await isAnswering(port))) {
    if (performance.now() > giveUpAt) {
      await running.stop(AbortSignal.abort());
      return undefined;
    }
    await wait(20);
  }
  const stop = () => running.stop(AbortSignal.abort());
  return { url: `redis://127.0.0.1:${port}`, pid: running.pid, stop };
}

async function isAnswering(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer in time')));
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data');
    return String(answer).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
