import { frameMs } from './measure-frames.ts';

/** How loud the room and the voices are around a moment. */
export type Levels = { readonly floorDb: number; readonly peakDb: number };

const framesPerBlock = 1_000 / frameMs;
const blocksAround = 15;
/** Silence that a program put there says nothing of the room. */
const emptyDb = -85;
/** A single word in half a minute stands out too. */
const [floorShare, peakShare] = [0.1, 0.998];

/**
 * The noise of the room for each second, from what is quiet half a minute around it: a fan that is switched
 * on is noise soon, and a sentence without a pause is not.
 */
export function followNoise(voice: Float32Array): Levels[] {
  const blocks = Math.ceil(voice.length / framesPerBlock);
  const counts = Array.from({ length: blocks }, (_, block) =>
    countLevels(voice.subarray(block * framesPerBlock, (block + 1) * framesPerBlock)),
  );
  const around = new Int32Array(bins);
  const add = (block: number, sign: 1 | -1) => {
    for (const [bin, count] of counts[block]?.entries() ?? []) {
      around[bin] = (around[bin] ?? 0) + sign * count;
    }
  };
  for (let block = 0; block < blocksAround; block++) add(block, 1);
  return counts.map((_, block) => {
    add(block + blocksAround, 1);
    add(block - blocksAround - 1, -1);
    return { floorDb: levelAt(around, floorShare), peakDb: levelAt(around, peakShare) };
  });
}

/** Of a frame's second. */
export function levelsAt(levels: readonly Levels[], frame: number): Levels {
  return levels[Math.floor(frame / framesPerBlock)] ?? { floorDb: 0, peakDb: 0 };
}

const bins = 100;

function countLevels(voice: Float32Array): Int32Array {
  const counts = new Int32Array(bins);
  for (const level of voice) {
    if (level <= emptyDb) continue;
    const bin = Math.min(bins - 1, Math.max(0, Math.round(-level)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** The level that this share of the frames stays below. */
function levelAt(counts: Int32Array, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    seen += counts[bin] ?? 0;
    if (total > 0 && seen > total * share) return -bin;
  }
  return emptyDb;
}
