import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { awaitEnd, describeEnding, killGroup } from './keep-running.ts';
import { root } from './parts.ts';
import { listenForStop } from './stop-requests.ts';
import { startTestServers } from './test-servers.ts';

export type Measurements = {
  /** What their files end in, such as `.bench.ts`. */
  readonly suffix: string;
  /** Only those whose name is given; none given: all. */
  readonly names: readonly string[];
  readonly limitMs: number;
};

/** Runs files one after the other on servers of their own, and gives how many did not end well. */
export async function runMeasurements(options: Measurements): Promise<number> {
  const files = findFiles(options);
  if (files.length === 0) {
    say(`Nothing is called ${options.names.join(' ')}. There is: ${listNames(options.suffix)}`);
    return 1;
  }
  const requests = listenForStop();
  let failed = 0;
  try {
    // Durable as in use: figures and faults count only where a commit is on the disk.
    await using servers = await startTestServers({ durable: true, signal: requests.asked });
    if (!servers.hasRedis) say('redis-server does not run here: what needs Redis is left out.');
    const env = { ...process.env, ...servers.env };
    for (const file of files) {
      if (requests.asked.aborted) break;
      say(`\n${nameOf(file, options.suffix)}  (${file})`);
      const words = await runFile(file, env, options.limitMs, requests.asked);
      if (words === undefined) continue;
      say(`✖ ${file} ${words}`);
      failed++;
    }
  } catch (error) {
    if (!requests.asked.aborted) throw error;
  } finally {
    requests.close();
  }
  return requests.asked.aborted ? failed + 1 : failed;
}

/** Undefined when it ended well. */
async function runFile(
  file: string,
  env: NodeJS.ProcessEnv,
  limitMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const child = spawn(process.execPath, [file], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  let isLate = false;
  const end = () => child.pid !== undefined && killGroup(child.pid);
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, limitMs);
  signal.addEventListener('abort', end);
  const ending = await awaitEnd(child);
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
  if (isLate) return `did not end within ${limitMs / 60_000} minutes`;
  return ending.code === 0 ? undefined : describeEnding(ending);
}

function findFiles({ suffix, names }: Measurements): string[] {
  const all = listFiles(suffix);
  return names.length === 0 ? all : all.filter((file) => names.includes(nameOf(file, suffix)));
}

function listFiles(suffix: string): string[] {
  const left = new Set(['node_modules', '.cache', 'data']);
  return globSync(`**/*${suffix}`, { cwd: root, exclude: (path) => left.has(path) }).toSorted();
}

function listNames(suffix: string): string {
  return listFiles(suffix)
    .map((file) => nameOf(file, suffix))
    .join(', ');
}

function nameOf(file: string, suffix: string): string {
  return basename(file).slice(0, -suffix.length);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
