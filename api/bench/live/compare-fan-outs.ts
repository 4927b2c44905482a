import { setTimeout as sleep } from 'node:timers/promises';
import { median, say } from '../report.ts';
import { type Load, measureFanOut, type Room } from './measure-fan-out.ts';

export type Contestant = {
  readonly name: string;
  /** A room in which nobody was yet. */
  openRoom(): Promise<Room>;
  /** Looks whether what must be kept was kept. */
  check?(room: Room, edits: number): Promise<void>;
};

export type FanOut = { readonly p50Ms: number; readonly p95Ms: number };

/** One after the other in each round, beginning with another each time; the medians over the rounds. */
export async function compareFanOuts(
  contestants: readonly Contestant[],
  { rounds, load }: { readonly rounds: number; readonly load: Load },
): Promise<Map<string, FanOut>> {
  const all = new Map(contestants.map(({ name }) => [name, new Array<FanOut>()]));
  for (let round = 0; round < rounds; round++) {
    const order = contestants.map((_, i) => contestants[(i + round) % contestants.length]);
    for (const contestant of order) {
      if (contestant === undefined) continue;
      all.get(contestant.name)?.push(await measureOnce(contestant, load));
    }
  }
  return new Map(Array.from(all, ([name, figures]) => [name, summarize(name, figures)]));
}

async function measureOnce(contestant: Contestant, load: Load): Promise<FanOut> {
  const room = await contestant.openRoom();
  const latencies = await measureFanOut(room, load);
  await contestant.check?.(room, load.edits);
  // What is left to do after it should not fall on the next.
  await sleep(500);
  const sorted = joinArrays(latencies).sort();
  return { p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95) };
}

function joinArrays(arrays: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

function summarize(name: string, figures: readonly FanOut[]): FanOut {
  const p95s = figures.map(({ p95Ms }) => p95Ms);
  const fanOut = { p50Ms: median(figures.map(({ p50Ms }) => p50Ms)), p95Ms: median(p95s) };
  const range = `${Math.min(...p95s).toFixed(2)} to ${Math.max(...p95s).toFixed(2)}`;
  say(
    `live  ${name.padEnd(22)} p50 ${fanOut.p50Ms.toFixed(2)} ms, p95 ${fanOut.p95Ms.toFixed(2)} ms (${range})`,
  );
  return fanOut;
}
