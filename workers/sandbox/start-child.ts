import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { comeAfterParent } from '../runtime/give-way.ts';
import { compiledCode } from './compiled-code.ts';
import { confine } from './confine.ts';
import type { Engine } from './define-engine.ts';
import { wrapPrograms } from './wrap-programs.ts';

/** Folders of children begin with this; the number of the process that made one comes next. */
export const folderPrefix = 'lectern-reading-';

/** Enough to see why it died. */
const mostWords = 4_096;

/** A process that opens one file and is thrown away. */
export type Child = {
  readonly engine: Engine;
  readonly pid: number;
  /** Holds `in`, which it may only read, and `out` and `code`, which it may spoil. */
  readonly folder: string;
  /** Where the programs lie that it may start. */
  readonly programs: Readonly<Record<string, string>>;
  readonly said: Readable;
  readonly hasEnded: boolean;
  tell(line: string): void;
  /** Whether this process waits for it before it ends. */
  hold(holds: boolean): void;
  /** With all that it may have started. */
  kill(): void;
  ended(): Promise<Ending>;
  /** Kills it, waits for its end and removes its folder. */
  discard(): Promise<void>;
};

export type Ending = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last that it printed. */
  readonly words: string;
};

export async function startChild(engine: Engine): Promise<Child> {
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  try {
    for (const name of ['in', 'out', 'code']) await mkdir(join(folder, name));
    await copyCode(engine, join(folder, 'code'));
    const programs = await wrapPrograms(engine, join(folder, 'code'));
    return await spawnIn(engine, { folder, programs });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function copyCode(engine: Engine, folder: string): Promise<void> {
  const files = [...(compiledCode(engine) ?? [])].map(
    ([name, bytes]) => [join(folder, name), bytes] as const,
  );
  const folders = new Set(files.map(([path]) => dirname(path)));
  for (const path of folders) await mkdir(path, { recursive: true });
  await Promise.all(files.map(([path, bytes]) => writeFile(path, bytes)));
}

async function spawnIn(
  engine: Engine,
  { folder, programs }: Pick<Child, 'folder' | 'programs'>,
): Promise<Child> {
  const [program, ...args] = confine(engine, folder);
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(program, args, {
    cwd: join(folder, 'out'),
    env: { NODE_COMPILE_CACHE: join(folder, 'code') },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const ending = follow(child);
  const [pid] = await Promise.race([once(child, 'spawn').then(() => [child.pid]), ending.failed]);
  if (pid === undefined) throw new Error(`cannot start the reader ${engine.name}`);
  comeAfterParent(pid);
  const kill = () => killGroup(pid);
  return {
    engine,
    pid,
    folder,
    programs,
    said: child.stdout,
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    tell: (line) => {
      if (child.stdin.writable) child.stdin.write(`${line}\n`);
    },
    hold: (holds) => {
      const handles: readonly object[] = [child, child.stdin, child.stdout, child.stderr];
      for (const handle of handles) {
        const act: unknown = Reflect.get(handle, holds ? 'ref' : 'unref');
        if (typeof act === 'function') Reflect.apply(act, handle, []);
      }
    },
    kill,
    ended: () => ending.ended,
    discard: async () => {
      kill();
      child.stdout.destroy();
      await ending.ended;
      // Once more: it may have been in the middle of starting something.
      kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function follow(child: ChildProcessByStdio<Writable, Readable, Readable>) {
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('latin1')).slice(-mostWords);
  });
  // It may end before it has read all.
  child.stdin.on('error', () => undefined);
  child.stdout.on('error', () => undefined);
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      // What it printed last may still be on its way.
      setImmediate(() => resolve({ code, signal, words }));
    });
  });
  const failed = once(child, 'error').then(([error]): never => {
    throw new Error('cannot start a reader', { cause: error });
  });
  failed.catch(() => undefined);
  return { ended, failed };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
