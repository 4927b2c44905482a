import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from './config.ts';
import { contracts } from './jobs/contracts.ts';
import { open, type Store } from './open.ts';
import {
  drainRuns,
  listDeadLetters,
  listRuns,
  retryRuns,
  type RunFilter,
} from './postgres/run-lists.ts';
import type { RunState } from './postgres/job-tables.ts';

const usage = `npm run jobs -- <command> [filters]

  list     runs, newest first
  dead     dead letters: runs that failed for good, with their errors
  retry    let failed runs wait again, from their first try
  drain    cancel runs that wait

Filters:
  --job NAME         ${contracts.map(({ name }) => name).join(', ')}
  --owner WHO        a person's id or email
  --error CODE       such as crashed, deadline, ECONNREFUSED
  --state STATE      queued, running, done, failed or cancelled
  --since TIME       made at or after, as 2026-01-31T12:00Z or as 30m, 6h, 7d ago
  --before TIME      made before
  --limit N          at most so many lines (50)
  --all              needed by retry and drain when no filter is given
`;

const states: readonly RunState[] = ['queued', 'running', 'done', 'failed', 'cancelled'];
const unitMs = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  let given;
  try {
    given = readArgs(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  const { command, filter, limit, isBounded } = given;
  if ((command === 'retry' || command === 'drain') && !isBounded) {
    process.stderr.write(
      `${command} without a filter would take all runs: add a filter, or --all.\n`,
    );
    return 2;
  }
  const store = openOrExit();
  const db = store.postgres;
  try {
    if (command === 'list') print(await listRuns(db, filter, limit));
    if (command === 'dead') print(await listDeadLetters(db, filter, limit));
    if (command === 'retry') {
      const retried = await retryRuns(db, filter);
      say(`${retried} ${retried === 1 ? 'run waits' : 'runs wait'} again.`);
      store.queues.wakeRelay();
    }
    if (command === 'drain') {
      const message = 'An operator removed this work from the queue.';
      const drained = await drainRuns(db, filter, { code: 'drained', message });
      say(`${drained} ${drained === 1 ? 'run is' : 'runs are'} cancelled.`);
    }
    return 0;
  } finally {
    await store.close();
  }
}

function openOrExit(): Store {
  try {
    return open(readConfig(), 'jobs');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

function readArgs(args: string[]) {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      job: text,
      owner: text,
      error: text,
      state: text,
      since: text,
      before: text,
      limit: { type: 'string', default: '50' },
      all: { type: 'boolean', default: false },
    },
  });
  const { job, owner, error, state, since, before, limit, all } = values;
  const command = (['list', 'dead', 'retry', 'drain'] as const).find(
    (name) => name === positionals[0],
  );
  if (command === undefined || positionals.length > 1)
    throw new Error('Say list, dead, retry or drain.');
  const known = states.find((name) => name === state);
  if (state !== undefined && known === undefined) throw new Error(`No run is ever ${state}.`);
  if (!/^[1-9]\d{0,4}$/.test(limit)) throw new Error('--limit takes a whole number up to 99999.');
  const filter: RunFilter = {
    ...(job !== undefined && { job }),
    ...(owner !== undefined && { owner }),
    ...(error !== undefined && { errorCode: error }),
    ...(known !== undefined && { states: [known] }),
    ...(since !== undefined && { since: readTime(since) }),
    ...(before !== undefined && { before: readTime(before) }),
  };
  return {
    command,
    filter,
    limit: Number(limit),
    isBounded: all || Object.keys(filter).length > 0,
  };
}

function readTime(text: string): Date {
  const ago = /^(\d+)([mhd])$/.exec(text);
  const unit = unitMs.get(ago?.[2] ?? '');
  if (ago && unit !== undefined) return new Date(Date.now() - Number(ago[1]) * unit);
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new Error(`${text} is no time: write 2026-01-31T12:00Z or 6h.`);
  return time;
}

type Line =
  | Awaited<ReturnType<typeof listRuns>>[number]
  | Awaited<ReturnType<typeof listDeadLetters>>[number];

function print(lines: readonly Line[]): void {
  for (const line of lines) {
    const state = 'state' in line ? line.state.padEnd(9) : 'dead     ';
    const owner = (line.owner ?? '-').padEnd(24);
    const error = line.error === null ? '' : `  ${line.error.code}: ${line.error.message}`;
    say(
      `${line.id}  ${line.created_at.toISOString()}  ${state}  ${line.job.padEnd(18)}  ${owner}${error}`,
    );
  }
  say(`${lines.length} ${lines.length === 1 ? 'run' : 'runs'}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
