import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { register } from '../testing/house-person.ts';
import { startHouse } from '../testing/start-house.ts';

// How the API answers while files that mean harm are read, one after another, against how it answers when
// nothing is to do, and beside honest files.

const rounds = 3;
const roundMs = 15_000;
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
const beset = { honest: [] as number[], hostile: [] as number[] };
const given = { honest: 0, hostile: 0 };
for (let round = 0; round < rounds; round++) {
  quiet.push(percentile(await readFor(roundMs), 0.95));
  for (const kind of ['honest', 'hostile'] as const) {
    const ended = once(attacker, 'message');
    attacker.postMessage({ forMs: roundMs, isHostile: kind === 'hostile' });
    beset[kind].push(percentile(await readFor(roundMs), 0.95));
    given[kind] += Number((await ended)[0]);
  }
}
await attacker.terminate();

const quietMs = percentile(quiet, 0.5);
const honestMs = percentile(beset.honest, 0.5);
const hostileMs = percentile(beset.hostile, 0.5);
const ratio = hostileMs / quietMs;
const isMet = ratio <= mostTimes;
say(`p95 of an answer when nothing is to do: ${quietMs.toFixed(2)} ms`);
say(
  `beside ${given.honest} honest files ${honestMs.toFixed(2)} ms, beside ${given.hostile} that mean harm ${hostileMs.toFixed(2)} ms`,
);
say(`beside harm against beside honest files: ${(hostileMs / honestMs).toFixed(2)}`);
say(
  `beside harm against when nothing is to do: ${ratio.toFixed(2)} (goal ≤ ${mostTimes}) ${isMet ? 'met' : 'MISSED'}`,
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
