import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { awaitEnd, describeEnding, type Ending, killGroup } from './keep-running.ts';
import { root } from './parts.ts';

export type Failure = { readonly name: string; readonly words: string };

export type FileReport = {
  readonly file: string;
  readonly passed: number;
  readonly skipped: readonly Failure[];
  readonly failures: readonly Failure[];
  readonly ms: number;
};

export type FileRun = {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where its events are written while it runs. */
  readonly journal: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
};

type Event = {
  readonly type: 'test:dequeue' | 'test:pass' | 'test:fail';
  readonly name: string;
  readonly isSuite?: boolean;
  readonly skip?: boolean | string;
  readonly todo?: boolean | string;
  readonly failure?: string;
  readonly words?: string;
};

const reporter = join(root, 'docker', 'testing', 'report-events.mjs');
const tailCharacters = 4_000;

/** Runs one test file in a process group of its own, which ends with it. */
export async function runTestFile(run: FileRun): Promise<FileReport> {
  const startedAt = performance.now();
  const words = [`--test-reporter=${reporter}`, `--test-reporter-destination=${run.journal}`];
  const child = spawn(process.execPath, [...words, run.file], {
    cwd: root,
    env: run.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let tail = '';
  const keep = (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-tailCharacters));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let isLate = false;
  const end = () => child.pid !== undefined && killGroup(child.pid);
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, run.limitMs);
  run.signal.addEventListener('abort', end);
  const ending = await awaitEnd(child);
  clearTimeout(timer);
  run.signal.removeEventListener('abort', end);

  const events = readEvents(run.journal);
  const late = isLate ? run.limitMs : undefined;
  const counted = countEvents(events);
  const fault = findFault({ events, ending, late, tail, failures: counted.failures.length });
  return {
    file: relative(root, run.file),
    ...counted,
    failures: [...counted.failures, ...fault],
    ms: performance.now() - startedAt,
  };
}

function readEvents(journal: string): Event[] {
  try {
    const lines = readFileSync(journal, 'utf8').split('\n');
    // The last line of a process that was killed may be half a line.
    return lines.flatMap((line) => (line.endsWith('}') ? [JSON.parse(line)] : []));
  } catch {
    return [];
  }
}

function countEvents(events: readonly Event[]) {
  const tests = events.filter(({ type, isSuite }) => type !== 'test:dequeue' && isSuite !== true);
  const isSkipped = ({ skip, todo }: Event) => skip !== undefined || todo !== undefined;
  const skipped = tests
    .filter(isSkipped)
    .map(({ name, skip }) => ({ name, words: typeof skip === 'string' ? skip : '' }));
  const failed = events.filter(
    (event) =>
      event.type === 'test:fail' && !isSkipped(event) && event.failure !== 'subtestsFailed',
  );
  const passed = tests.filter((event) => event.type === 'test:pass' && !isSkipped(event)).length;
  const failures = failed.map(({ name, words = '' }) => ({ name, words }));
  return { passed, skipped, failures };
}

/** What went wrong with the file itself, beside its tests. */
function findFault(seen: {
  readonly events: readonly Event[];
  readonly ending: Ending;
  readonly late: number | undefined;
  readonly tail: string;
  readonly failures: number;
}): Failure[] {
  const { events, ending, late, tail, failures } = seen;
  const name = 'the file as a whole';
  if (late !== undefined) {
    const open = listOpenTests(events).map((test) => `"${test}"`);
    const where = open.length > 0 ? ` in ${open.join(', ')}` : ' after its tests';
    return [{ name, words: `It did not end within ${late / 1000} s: it hangs${where}.\n${tail}` }];
  }
  if (ending.code === 0 && events.length === 0)
    return [{ name, words: `It holds no tests.\n${tail}` }];
  if (ending.code === 0 || failures > 0) return [];
  return [{ name, words: `It ${describeEnding(ending)}.\n${tail}` }];
}

function listOpenTests(events: readonly Event[]): string[] {
  const ended = new Set(
    events.flatMap(({ type, name }) => (type === 'test:dequeue' ? [] : [name])),
  );
  return events.flatMap(({ type, name }) =>
    type === 'test:dequeue' && !ended.has(name) ? [name] : [],
  );
}
