import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { markOf } from './process-identity.ts';

const steps = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

/** Ends the PostgreSQL that outlived its supervisor, so that this one can have the folder. */
export async function endOrphan(folder: string, tell: (line: string) => void): Promise<void> {
  const pid = readPostmasterPid(folder);
  if (pid === undefined) return;
  if (markOf(pid) === undefined || !isPostgresOn(pid, folder)) return disown(folder, pid);
  tell(`A PostgreSQL of an earlier start still runs (pid ${pid}); stopping it.`);
  for (const { signal, waitMs } of steps) {
    send(pid, signal, folder);
    for (let waited = 0; waited < waitMs; waited += 20) {
      if (markOf(pid) === undefined) return;
      await wait(20);
    }
  }
  throw new Error(`the PostgreSQL with pid ${pid} does not end. Stop it by hand: kill -9 ${pid}`);
}

/**
 * PostgreSQL refuses to start while any process has the number in its pid file: another program by now,
 * or a dead one that nobody has buried. A number of its parent it knows to be stale, and still looks
 * whether a former one's children hold on to their memory, as it would not if the file were gone.
 */
function disown(folder: string, pid: number): void {
  const file = join(folder, 'postmaster.pid');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(String(pid), String(process.pid)));
}

export function readPostmasterPid(folder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isPostgresOn(pid: number, folder: string): boolean {
  try {
    if (process.platform === 'linux') {
      const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      // It works inside its folder, which holds also when the folder was moved meanwhile.
      const isItsFolder = readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
      return basename(program) === 'postgres' && isItsFolder;
    }
    const words = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return words.includes('postgres') && words.includes(folder);
  } catch {
    return false;
  }
}

function send(pid: number, signal: NodeJS.Signals, folder: string): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (markOf(pid) === undefined) return;
    throw new Error(`${folder} is in use by a PostgreSQL of another user (pid ${pid})`, {
      cause: error,
    });
  }
}
