import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { keepRunning } from './keep-running.ts';
import { markOf } from './process-identity.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const never = new AbortController().signal;
const standIn = join(import.meta.dirname, 'testing', 'stand-in.ts');

function startStandIn(words: string, journal: string) {
  return spawn(process.execPath, [standIn], {
    env: { ...process.env, STAND_IN: words, JOURNAL: journal },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
}

function readJournal(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

const pidOf = (line: string | undefined) => Number(line?.split(' ')[2]);

test('a part that keeps dying is started again after pauses that double', async () => {
  const journal = join(await makeTemporaryFolder(), 'journal');
  const pauses: number[] = [];
  const codes = new Set<number | null>();
  const part = { role: 'relay', start: () => startStandIn('relay dies', journal), stops: [] };
  const running = keepRunning(part, {
    onDeath: ({ code }, pauseMs) => {
      codes.add(code);
      pauses.push(pauseMs);
    },
  });
  await until('three deaths', async () => pauses.length >= 3);
  await running.stop(never);
  assert.deepEqual(pauses.slice(0, 3), [200, 400, 800]);
  assert.deepEqual([...codes], [7]);
  const starts = readJournal(journal).length;
  assert.ok(starts >= 3);
});

test('a part that was stopped is not started again', async () => {
  const journal = join(await makeTemporaryFolder(), 'journal');
  const deaths: number[] = [];
  const part = {
    role: 'relay',
    start: () => startStandIn('relay', journal),
    stops: [{ signal: 'SIGTERM', waitMs: 30_000, hurriedMs: 0 }] as const,
  };
  const running = keepRunning(part, { onDeath: (_, pauseMs) => deaths.push(pauseMs) });
  await until('it runs', async () => readJournal(journal).length === 1);
  await running.stop(never);
  assert.deepEqual(
    readJournal(journal).map((line) => line.split(' ')[1]),
    ['starts', 'stops'],
  );
  assert.deepEqual(deaths, []);
  assert.equal(running.pid(), undefined);
});

test('a part that does not hear is killed after its time, and its own children with it', async () => {
  const journal = join(await makeTemporaryFolder(), 'journal');
  const part = {
    role: 'workers',
    start: () => startStandIn('workers deaf parent', journal),
    stops: [{ signal: 'SIGTERM', waitMs: 300, hurriedMs: 0 }] as const,
  };
  const running = keepRunning(part);
  await until('it has a child', async () => readJournal(journal).length === 2);
  const pids = readJournal(journal).map(pidOf);
  assert.ok(pids.every((pid) => markOf(pid) !== undefined));
  const askedAt = performance.now();
  await running.stop(never);
  assert.ok(performance.now() - askedAt >= 300);
  await until('both are gone', async () => pids.every((pid) => markOf(pid) === undefined));
});

test('what a part leaves behind when it dies is ended with it', async () => {
  const journal = join(await makeTemporaryFolder(), 'journal');
  const part = { role: 'workers', start: () => startStandIn('workers parent', journal), stops: [] };
  const running = keepRunning(part);
  await until('it has a child', async () => readJournal(journal).length === 2);
  const [parent, child] = readJournal(journal).map(pidOf);
  assert.ok(parent !== undefined && child !== undefined);
  process.kill(parent, 'SIGKILL');
  await until('its child is gone', async () => markOf(child) === undefined);
  await until('it was started again', async () => readJournal(journal).length >= 3);
  await running.stop(never);
});

test('a person in a hurry does not wait for a part that does not hear', async () => {
  const journal = join(await makeTemporaryFolder(), 'journal');
  const part = {
    role: 'workers',
    start: () => startStandIn('workers deaf', journal),
    stops: [{ signal: 'SIGTERM', waitMs: 600_000, hurriedMs: 0 }] as const,
  };
  const running = keepRunning(part);
  await until('it runs', async () => readJournal(journal).length === 1);
  const hurry = new AbortController();
  const stopped = running.stop(hurry.signal);
  hurry.abort();
  await stopped;
  assert.equal(running.pid(), undefined);
});
