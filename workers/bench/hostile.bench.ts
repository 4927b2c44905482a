import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { register } from '../testing/house-person.ts';
import { startHouse } from '../testing/start-house.ts';

// How the API answers while files that mean harm are read, against how it answers when nothing is to do.

const rounds = 3;
const roundMs = 8_000;
const everyMs = 10;
const mostTimes = 1.1;

await using house = await startHouse({ isApart: true });
const reader = await register(house.url, 'reader');
const course = `/v1/courses/${reader.courseId}`;
const paths = ['/v1/courses', course, `${course}/materials`];
const attacker = new Worker(new URL('drop-hostile.ts', import.meta.url), { workerData: house.url });
await once(attacker, 'message');

await readFor(roundMs);
const quiet: number[] = [];
const beset: number[] = [];
let given = 0;
for (let round = 0; round < rounds; round++) {
  quiet.push(percentile(await readFor(roundMs), 0.95));
  const ended = once(attacker, 'message');
  attacker.postMessage(roundMs);
  beset.push(percentile(await readFor(roundMs), 0.95));
  const [count] = await ended;
  given += Number(count);
}
await attacker.terminate();

const [quietMs, besetMs] = [percentile(quiet, 0.5), percentile(beset, 0.5)];
const ratio = besetMs / quietMs;
const isMet = ratio <= mostTimes;
say(
  `p95 of an answer: ${quietMs.toFixed(2)} ms, and ${besetMs.toFixed(2)} ms beside files that mean harm, of which ${given} came`,
);
say(
  `p95 beside them against that alone: ${ratio.toFixed(2)} (goal ≤ ${mostTimes}) ${isMet ? 'met' : 'MISSED'}`,
);
process.exitCode = isMet ? 0 : 1;

/** A request each few milliseconds, however long those before it take. */
async function readFor(forMs: number): Promise<number[]> {
  const taken: Promise<number>[] = [];
  const endsAt = performance.now() + forMs;
  for (let n = 0; performance.now() < endsAt; n++) {
    taken.push(read(paths[n % paths.length] ?? course));
    await sleep(everyMs);
  }
  return Promise.all(taken);
}

async function read(path: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await reader.send('GET', path);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
  return performance.now() - startedAt;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

function say(line: string): void {
  process.stdout.write(`hostile  ${line}\n`);
}
