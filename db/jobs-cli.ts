import { ConfigError, readConfig } from './config.ts';
import { open, type Store } from './open.ts';
import { drainRuns, listDeadLetters, listRuns, retryRuns } from './postgres/run-lists.ts';
import { enqueueSettles } from './postgres/settlements.ts';
import { readJobsArgs, usage } from './read-jobs-args.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  let given;
  try {
    given = readJobsArgs(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  const { command, filter, limit } = given;
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
    if (command === 'settle') {
      const settling = await enqueueSettles(db, given.courseId);
      say(`${settling} ${settling === 1 ? 'course waits' : 'courses wait'} to be settled.`);
      store.queues.wakeRelay();
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
