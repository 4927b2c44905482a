import { parseArgs } from 'node:util';
import { contracts } from './jobs/contracts.ts';
import { isId } from './jobs/define-job.ts';
import type { RunState } from './postgres/job-tables.ts';
import type { RunFilter } from './postgres/run-lists.ts';

export const usage = `npm run jobs -- <command> [filters]

  list     runs, newest first
  dead     dead letters: runs that failed for good, with their errors
  retry    let failed runs wait again, from their first try
  drain    cancel runs that wait
  settle   write a course's rows and index anew from its document: settle COURSE, or settle --all

Filters:
  --job NAME         ${contracts.map(({ name }) => name).join(', ')}
  --owner WHO        a person's id or email
  --error CODE       such as crashed, deadline, ECONNREFUSED
  --state STATE      queued, running, done, failed or cancelled
  --since TIME       made at or after, as 2026-01-31T12:00Z or as 30m, 6h, 7d ago
  --before TIME      made before
  --limit N          at most so many lines (50)
  --all              needed by retry and drain without a filter, and by settle without a course
`;

const commands = ['list', 'dead', 'retry', 'drain', 'settle'] as const;
const states: readonly RunState[] = ['queued', 'running', 'done', 'failed', 'cancelled'];
const unitMs = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** What an operator asks for; throws what to write instead. */
export function readJobsArgs(args: string[]) {
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
  const [word, courseId, ...rest] = positionals;
  const command = commands.find((name) => name === word);
  if (command === undefined) throw new Error('Say list, dead, retry, drain or settle.');
  const isTooMuch = rest.length > 0 || (courseId !== undefined && command !== 'settle');
  if (isTooMuch) throw new Error(`${command} does not take ${positionals.at(-1)}.`);
  if (courseId !== undefined && !isId(courseId))
    throw new Error(`${String(courseId)} is no course's id.`);
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
  const isFiltered = Object.keys(filter).length > 0;
  if (command === 'settle' && isFiltered) throw new Error('settle takes no filters.');
  if (command === 'settle' && courseId === undefined && !all) {
    throw new Error('settle without a course would take all courses: name one, or add --all.');
  }
  if ((command === 'retry' || command === 'drain') && !isFiltered && !all) {
    throw new Error(`${command} without a filter would take all runs: add a filter, or --all.`);
  }
  return { command, filter, limit: Number(limit), courseId };
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
