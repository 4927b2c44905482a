import { findGutter, type Gutter, medianOf, partAt } from './find-gutter.ts';
import { type Line, rowsOf } from './gather-lines.ts';

/** Lines that are read from above, each whole row before the next: a column, a heading, a table. */
export type Block = readonly Line[];

/** In parts of the usual distance of lines. */
const bandGap = 1.6;
const mostDepth = 8;

/** The blocks of a page in the order in which they are read. */
export function orderLines(lines: readonly Line[], depth = 0): Block[] {
  if (lines.length === 0) return [];
  const parts = bandsOf(lines).map((band) => ({
    band,
    gutter: depth < mostDepth ? findGutter(band) : undefined,
  }));
  return joinAlike(parts).flatMap(({ band, gutter }) =>
    gutter === undefined ? [band] : orderColumns(band, gutter, depth),
  );
}

type Part = { readonly band: Line[]; readonly gutter: Gutter | undefined };

/** Lines between which there is more room than usual, over the whole width. */
function bandsOf(lines: readonly Line[]): Line[][] {
  const rows = rowsOf(lines).map((row) => ({ row, ...heightOf(row) }));
  const steps = rows.slice(1).map(({ baseline }, i) => baseline - (rows[i]?.baseline ?? 0));
  const usual = medianOf(steps.filter((step) => step > 0));
  const bands: Line[][] = [];
  for (const [i, { row, size }] of rows.entries()) {
    const step = steps[i - 1] ?? Infinity;
    if (step > Math.max(bandGap * usual, size * 1.2)) bands.push([]);
    bands.at(-1)?.push(...row);
  }
  return bands;
}

function heightOf(row: readonly Line[]): { baseline: number; size: number } {
  let [baseline, size] = [-Infinity, 0];
  for (const line of row) {
    baseline = Math.max(baseline, line.baseline);
    size = Math.max(size, line.size);
  }
  return { baseline, size };
}

/** Bands with the same columns belong together: a paragraph may end at one height in both. */
function joinAlike(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const shared = last?.gutter && findShared(last.gutter, part);
    if (last === undefined || shared === undefined) joined.push(part);
    else joined[joined.length - 1] = { band: [...last.band, ...part.band], gutter: shared };
  }
  return joined;
}

/** Where a band goes on with the columns above it: it has them too, or lines on both sides that keep to them. */
function findShared(gutter: Gutter, part: Part): Gutter | undefined {
  if (part.gutter !== undefined) return meet(gutter, part.gutter);
  const { before, after, across } = partAt(part.band, gutter);
  return across.length === 0 && before.length > 0 && after.length > 0 ? gutter : undefined;
}

function meet(a: Gutter | undefined, b: Gutter | undefined): Gutter | undefined {
  if (a === undefined || b === undefined) return undefined;
  const [left, right] = [Math.max(a.left, b.left), Math.min(a.right, b.right)];
  return left < right ? { left, right } : undefined;
}

/** What goes over both columns is read between what stands above and below it. */
function orderColumns(lines: readonly Line[], gutter: Gutter, depth: number): Block[] {
  const across = new Set(partAt(lines, gutter).across);
  const blocks: Block[] = [];
  let waiting: Line[] = [];
  let isAcross = false;
  const flush = () => {
    if (isAcross) blocks.push(waiting);
    else if (waiting.length > 0) blocks.push(...orderSides(waiting, gutter, depth));
    waiting = [];
  };
  for (const line of lines.toSorted((a, b) => a.baseline - b.baseline)) {
    if (across.has(line) !== isAcross) {
      flush();
      isAcross = !isAcross;
    }
    waiting.push(line);
  }
  flush();
  return blocks;
}

function orderSides(lines: readonly Line[], gutter: Gutter, depth: number): Block[] {
  const { before, after } = partAt(lines, gutter);
  const isRtl = countRtl(lines) * 2 > lines.length;
  const sides = isRtl ? [after, before] : [before, after];
  return sides.flatMap((side) => orderLines(side, depth + 1));
}

function countRtl(lines: readonly Line[]): number {
  return lines.filter(({ runs }) => runs.filter(({ isRtl }) => isRtl).length * 2 > runs.length)
    .length;
}
