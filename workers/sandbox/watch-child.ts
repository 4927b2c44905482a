import { execFile } from 'node:child_process';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Engine } from './define-engine.ts';
import type { Child } from './start-child.ts';

export type Excess = 'deadline' | 'memory' | 'output';

const everyMs = 250;
/** Of one that works for minutes: looking takes from the same processor. */
const seldomMs = 1_000;
const mostFiles = 10_000;

/** Kills the child when it takes more than it may, and then says of what. */
export function watchChild(child: Child): { readonly excess: Excess | undefined; close(): void } {
  const { limits, isPatient } = child.engine;
  let excess: Excess | undefined;
  let isLooking = false;
  const end = (why: Excess) => {
    excess ??= why;
    child.kill();
  };
  const look = async () => {
    if (isLooking || child.hasEnded) return;
    isLooking = true;
    const found = await findExcess(child).catch(() => undefined);
    isLooking = false;
    if (found !== undefined) end(found);
  };
  const deadline = setTimeout(() => end('deadline'), limits.deadlineMs);
  const timer = setInterval(() => void look(), isPatient ? seldomMs : everyMs);
  return {
    get excess() {
      return excess;
    },
    close: () => {
      clearTimeout(deadline);
      clearInterval(timer);
    },
  };
}

async function findExcess({ pid, folder, engine }: Child): Promise<Excess | undefined> {
  if ((await readMemoryOfAll(pid, engine)) > engine.limits.memoryMb * 1024 * 1024) return 'memory';
  return (await isTooFull(join(folder, 'out'), engine.limits.outputBytes)) ? 'output' : undefined;
}

/** With the programs that it has started. */
async function readMemoryOfAll(pid: number, { programs }: Engine): Promise<number> {
  if (programs.length === 0 || process.platform !== 'linux') return await readMemory(pid);
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
  const pids = [pid, ...children.trim().split(' ').filter(Boolean).map(Number)];
  // One of them may have ended since.
  const sizes = await Promise.all(pids.map((one) => readMemory(one).catch(() => 0)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

const pageBytes = 4_096;

/** Bytes that the process holds in memory. */
async function readMemory(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    const [, resident] = (await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ');
    return Number(resident) * pageBytes;
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * 1_024;
}

async function isTooFull(folder: string, mostBytes: number): Promise<boolean> {
  const names = await readdir(folder);
  if (names.length > mostFiles) return true;
  let bytes = 0;
  for (const name of names) {
    bytes += (await lstat(join(folder, name)).catch(() => undefined))?.size ?? 0;
  }
  return bytes > mostBytes;
}
