import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Engine } from './define-engine.ts';
import { findProgram } from './find-program.ts';

const root = resolve(import.meta.dirname, '../..');

/** All that a child may read besides its own folder: the code that runs in it. */
const code = ['package.json', 'workers', 'node_modules'].map((name) => join(root, name));

/** The libraries of a process that renders or decodes need more than its heap has. */
const beyondHeapMb = 1_024;

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/**
 * The command that runs an engine with as little as this system lets us take from it: no network of its
 * own, dead with its parent, limited in memory and time, no file but its own and our code.
 */
export function confine(engine: Engine, folder: string): Command {
  const { memoryMb, cpuSeconds, outputBytes } = engine.limits;
  const limits = [
    `ulimit -S -t ${cpuSeconds}`,
    `ulimit -H -t ${cpuSeconds + 5}`,
    `ulimit -d ${(memoryMb + beyondHeapMb) * 1024}`,
    // In blocks of 512 bytes.
    `ulimit -f ${Math.ceil(outputBytes / 512)}`,
    'ulimit -c 0',
    // What is said goes out at 3; what libraries print there would be taken for it.
    'exec "$@" 3>&1 1>&2',
  ];
  return [
    ...wrappers(),
    '/bin/sh',
    '-c',
    // Not every system knows each of them.
    limits.map((line) => (line.startsWith('ulimit') ? `${line} 2>/dev/null` : line)).join('; '),
    'sh',
    process.execPath,
    '--no-warnings',
    '--permission',
    ...[...code, join(folder, '*')].map((path) => `--allow-fs-read=${path}`),
    ...['out', 'code'].map((name) => `--allow-fs-write=${join(folder, name, '*')}`),
    ...(engine.isNative ? ['--allow-addons'] : []),
    ...(engine.programs.length > 0 ? ['--allow-child-process'] : []),
    `--max-old-space-size=${memoryMb}`,
    join(import.meta.dirname, 'child.ts'),
  ];
}

let tested: readonly string[] | undefined;

/** What goes before the command; what does not work on this system is left out. */
function wrappers(): Command | readonly [] {
  tested ??= [
    // Afterwards, because what changes who a process is also forgets whose death ends it.
    ['unshare', '--user', '--net', '--map-current-user', '--'],
    ['setpriv', '--pdeathsig', 'KILL', '--'],
  ].flatMap(([name = '', ...args]) => {
    const program = findProgram(name);
    if (program === undefined) return [];
    const { status } = spawnSync(program, [...args, '/bin/sh', '-c', ':'], { env: {} });
    return status === 0 ? [program, ...args] : [];
  });
  const [first, ...others] = tested;
  return first === undefined ? [] : [first, ...others];
}
