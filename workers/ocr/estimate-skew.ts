import type { Grey } from './pgm.ts';
import { otsuThreshold } from './measure-light.ts';

export type Skew = {
  /** How far lines of text fall to the right, clockwise; 0 when nothing says so clearly. */
  readonly degrees: number;
  /** Whether lines seem to run from top to bottom. */
  readonly isSideways: boolean;
};

/** What scanners do, and what hands with a camera do. */
const usualDegrees = 10;
const widestDegrees = 25;
const mostPoints = 12_000;
/** The rows of a page are so much clearer at its own angle than at others. */
const leastGain = 1.15;
const leastSideways = 1.3;
/** And those of one that leans far than at any usual angle. */
const leastWider = 1.3;

/**
 * Where lines lie level, rows of ink and rows of paper differ most. So ink is counted by rows at
 * many angles, on a small copy, and the angle with the sharpest profile is taken.
 */
export function estimateSkew(small: Grey): Skew {
  const lower = collectEdges(small, small.width);
  const right = collectEdges(small, 1);
  if (lower.x.length < 100) return { degrees: 0, isSideways: false };
  const rows = findSharpest(lower);
  const columns = findSharpest({ x: right.y, y: right.x });
  const isSideways = columns.sharpness > leastSideways * rows.sharpness;
  const best = isSideways ? columns : rows;
  const isClear = best.sharpness > leastGain * best.middle || best.sharpness > 1.02 * best.level;
  if (!isClear || Math.abs(best.degrees) >= widestDegrees) return { degrees: 0, isSideways };
  return { degrees: isSideways ? -best.degrees : best.degrees, isSideways };
}

type Points = { readonly x: Int16Array; readonly y: Int16Array };

/**
 * Where ink ends and paper begins, `next` pixels on. Below ink that marks baselines, and large dark
 * areas count for little.
 */
function collectEdges({ width, height, pixels }: Grey, next: number): Points {
  const threshold = otsuThreshold(pixels);
  const found: number[] = [];
  for (let at = 0; at < width * height - next; at++) {
    if ((pixels[at] ?? 255) <= threshold && (pixels[at + next] ?? 255) > threshold) found.push(at);
  }
  const step = Math.max(1, Math.ceil(found.length / mostPoints));
  const count = Math.ceil(found.length / step);
  const x = new Int16Array(count);
  const y = new Int16Array(count);
  for (let i = 0; i < count; i++) {
    const at = found[i * step] ?? 0;
    x[i] = at % width;
    y[i] = Math.floor(at / width);
  }
  return { x, y };
}

function findSharpest(points: Points) {
  const usual = findWithin(points, usualDegrees);
  const wide = findWithin(points, widestDegrees);
  return wide.sharpness > leastWider * usual.sharpness ? wide : usual;
}

function findWithin(points: Points, width: number) {
  const coarse = scan(points, { around: 0, width, step: 1 });
  const sorted = coarse.toSorted((a, b) => b.sharpness - a.sharpness);
  const [rough = { degrees: 0, sharpness: 0 }] = sorted;
  const near = scan(points, { around: rough.degrees, width: 0.9, step: 0.1 });
  const best = near.reduce((a, b) => (b.sharpness > a.sharpness ? b : a), rough);
  const middle = sorted[Math.floor(sorted.length / 2)]?.sharpness ?? 0;
  const level = coarse.find(({ degrees }) => degrees === 0)?.sharpness ?? 0;
  return { ...best, middle, level };
}

function scan(
  points: Points,
  { around, width, step }: { around: number; width: number; step: number },
): { degrees: number; sharpness: number }[] {
  const steps = Math.round(width / step);
  return Array.from({ length: 2 * steps + 1 }, (_, i) => {
    const degrees = around + (i - steps) * step;
    return { degrees, sharpness: measureSharpness(points, degrees) };
  });
}

function measureSharpness({ x, y }: Points, degrees: number): number {
  const slope = Math.tan((degrees * Math.PI) / 180);
  const counts = new Int32Array(8_192);
  for (let i = 0; i < x.length; i++) {
    const row = Math.round((y[i] ?? 0) - (x[i] ?? 0) * slope) + 2_048;
    counts[row & 8_191] = (counts[row & 8_191] ?? 0) + 1;
  }
  let sum = 0;
  for (let row = 1; row < counts.length; row++) {
    const change = (counts[row] ?? 0) - (counts[row - 1] ?? 0);
    sum += change * change;
  }
  return sum;
}
