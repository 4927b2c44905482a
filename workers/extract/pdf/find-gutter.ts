import type { Line } from './gather-lines.ts';

/** Where one column ends and the next begins. */
export type Gutter = { readonly left: number; readonly right: number };

/** In parts of the letters' size. */
const leastWidth = 0.7;
const binsPerLetter = 2;
const mostBins = 2_000;
/** Both sides of it must be worth a column. */
const leastLines = 2;
const mostTried = 6;

/** The clearest gap from top to bottom, which few lines cross, that parts lines into columns. */
export function findGutter(lines: readonly Line[]): Gutter | undefined {
  if (lines.length < 2 * leastLines) return undefined;
  const span = spanOf(lines);
  // Where one place is in all lines, none of them is beside another.
  if (span.lastLeft < span.firstRight) return undefined;
  const { left, right } = span;
  const size = medianOf(lines.map((line) => line.size));
  const binWidth = Math.max(size / binsPerLetter, (right - left) / mostBins);
  const crossed = countCrossings(lines, { left, right, binWidth });
  return listGaps(crossed)
    .filter(({ count }) => count * binWidth >= leastWidth * size)
    .toSorted((a, b) => a.crossings - b.crossings || b.count - a.count)
    .slice(0, mostTried)
    .map(({ first, count }) => ({
      left: left + first * binWidth,
      right: left + (first + count) * binWidth,
    }))
    .find((gutter) => hasColumns(lines, gutter));
}

export type Sides = {
  readonly before: readonly Line[];
  readonly after: readonly Line[];
  readonly across: readonly Line[];
};

export function partAt(lines: readonly Line[], gutter: Gutter): Sides {
  const middle = (gutter.left + gutter.right) / 2;
  const sides: Record<'before' | 'after' | 'across', Line[]> = {
    before: [],
    after: [],
    across: [],
  };
  for (const line of lines) {
    sides[line.right <= middle ? 'before' : line.left >= middle ? 'after' : 'across'].push(line);
  }
  return sides;
}

/** From where to where they go, and where the last begins and the first ends. */
function spanOf(lines: readonly Line[]) {
  let [left, right, lastLeft, firstRight] = [Infinity, -Infinity, -Infinity, Infinity];
  for (const line of lines) {
    left = Math.min(left, line.left);
    right = Math.max(right, line.right);
    lastLeft = Math.max(lastLeft, line.left);
    firstRight = Math.min(firstRight, line.right);
  }
  return { left, right, lastLeft, firstRight };
}

type Span = { readonly left: number; readonly right: number; readonly binWidth: number };

function countCrossings(lines: readonly Line[], { left, right, binWidth }: Span): Int32Array {
  const bins = Math.max(1, Math.ceil((right - left) / binWidth));
  const changes = new Int32Array(bins + 1);
  for (const line of lines) {
    const first = Math.max(0, Math.floor((line.left - left) / binWidth));
    const last = Math.min(bins - 1, Math.floor((line.right - left) / binWidth));
    changes[first] = (changes[first] ?? 0) + 1;
    changes[last + 1] = (changes[last + 1] ?? 0) - 1;
  }
  let depth = 0;
  return changes.subarray(0, bins).map((change) => (depth += change));
}

type Gap = { readonly first: number; readonly count: number; readonly crossings: number };

/** Stretches that are crossed less than what is on both sides of them. */
function listGaps(crossed: Int32Array): Gap[] {
  const gaps: Gap[] = [];
  let first = 0;
  for (let at = 1; at <= crossed.length; at++) {
    const crossings = crossed[first] ?? 0;
    if (crossed[at] === crossings) continue;
    const isInside = first > 0 && at < crossed.length;
    if (isInside && (crossed[first - 1] ?? 0) > crossings && (crossed[at] ?? 0) > crossings) {
      gaps.push({ first, count: at - first, crossings });
    }
    first = at;
  }
  return gaps;
}

function hasColumns(lines: readonly Line[], gutter: Gutter): boolean {
  const { before, after } = partAt(lines, gutter);
  if (before.length < leastLines || after.length < leastLines) return false;
  return areColumns({ before, after });
}

/** Columns are read one after the other, a table row by row. */
function areColumns({ before, after }: Pick<Sides, 'before' | 'after'>): boolean {
  const least = Math.min(before.length, after.length);
  const aligned = shareAligned(before, after);
  const characters = [before, after].map((side) => medianOf(side.map((line) => line.characters)));
  const shortest = Math.min(...characters);
  const isDrawnByColumn = countSwitches(before, after) <= Math.max(1, least * 0.3);
  if (isDrawnByColumn) return aligned < 0.8 || shortest >= 12;
  // Drawn row by row, as tables mostly are; prose fills its lines.
  return shortest >= 20 && (aligned < 0.5 || Math.min(fillOf(before), fillOf(after)) > 0.55);
}

/** How often the page goes to the other side while it is drawn. */
function countSwitches(before: readonly Line[], after: readonly Line[]): number {
  const drawn = [
    ...before.map(({ order }) => ({ order, isBefore: true })),
    ...after.map(({ order }) => ({ order, isBefore: false })),
  ].toSorted((a, b) => a.order - b.order);
  return drawn.filter(({ isBefore }, i) => i > 0 && drawn[i - 1]?.isBefore !== isBefore).length;
}

/** The share of lines on the emptier side that have one on the same height on the other. */
function shareAligned(before: readonly Line[], after: readonly Line[]): number {
  const [few, many] = before.length < after.length ? [before, after] : [after, before];
  const heights = many.map(({ baseline }) => baseline).toSorted((a, b) => a - b);
  const has = ({ baseline, size }: Line) => isNear(heights, baseline, size * 0.2);
  return few.filter(has).length / few.length;
}

function isNear(sorted: readonly number[], value: number, distance: number): boolean {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) < value - distance) from = middle + 1;
    else to = middle;
  }
  return (sorted[from] ?? Infinity) <= value + distance;
}

/** How much of its width the middle one of the lines takes. */
function fillOf(lines: readonly Line[]): number {
  const { left, right } = spanOf(lines);
  return medianOf(lines.map((line) => line.right - line.left)) / Math.max(1, right - left);
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
