import type { Edges, Run } from './list-runs.ts';

/** Letters on one height that stand close together: a line, a part of it, or a cell of a table. */
export type Line = {
  readonly runs: readonly Run[];
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  readonly size: number;
  readonly characters: number;
  readonly order: number;
};

/** In parts of the letters' size. */
const sameHeight = 0.4;
const wordGap = 1.2;
const closeGap = 0.45;

/** Parts of lines; all runs have one direction. */
export function gatherLines(runs: readonly Run[]): Line[] {
  const drawn: Run[][] = [];
  for (const run of runs) {
    const line = drawn.at(-1);
    if (line !== undefined && goesOn(line, run)) line.push(run);
    else drawn.push([run]);
  }
  return joinNeighbours(drawn.map(lineOf));
}

function goesOn(line: readonly Run[], run: Run): boolean {
  const last = line.at(-1);
  if (last === undefined) return false;
  const size = Math.max(last.size, run.size);
  if (Math.abs(last.baseline - run.baseline) > sameHeight * size) return false;
  return gapBetween(last, run) < wordGap * size && !isAcross(line, run);
}

/** Text that goes on from right to left comes before what was drawn. */
function gapBetween(a: Pick<Run, 'left' | 'right'>, b: Pick<Run, 'left' | 'right'>): number {
  return Math.max(b.left - a.right, a.left - b.right);
}

/** Drawn over what stands there already: it is another thing. */
function isAcross(line: readonly Run[], run: Run): boolean {
  const last = line.at(-1);
  return last !== undefined && run.left < last.left - run.size && run.right > last.right;
}

export function lineOf(runs: readonly Run[]): Line {
  let [left, right, order, characters] = [Infinity, -Infinity, Infinity, 0];
  let main = runs[0];
  for (const run of runs) {
    left = Math.min(left, run.left);
    right = Math.max(right, run.right);
    order = Math.min(order, run.order);
    characters += run.text.length;
    if (main === undefined || run.text.length > main.text.length) main = run;
  }
  const { baseline = 0, size = 1 } = main ?? {};
  return { runs, left, right, baseline, size, characters, order };
}

/** What stands close together and was drawn at different times, such as words in another font. */
function joinNeighbours(lines: readonly Line[]): Line[] {
  const joined: Line[] = [];
  for (const row of rowsOf(lines)) {
    let last: Line | undefined;
    for (const line of row) {
      if (
        last === undefined ||
        line.left - last.right > closeGap * Math.max(line.size, last.size)
      ) {
        if (last !== undefined) joined.push(last);
        last = line;
      } else {
        last = lineOf([...last.runs, ...line.runs]);
      }
    }
    if (last !== undefined) joined.push(last);
  }
  return joined.toSorted((a, b) => a.order - b.order);
}

/** Those on one height, from left to right; the rows from above. */
export function rowsOf(lines: readonly Line[]): Line[][] {
  const rows: Line[][] = [];
  let row: Line[] = [];
  let baseline = -Infinity;
  let height = 0;
  for (const line of areFromAbove(lines) ? lines : lines.toSorted(byBaseline)) {
    const size = Math.max(line.size, height);
    if (line.baseline - baseline <= sameHeight * size) {
      row.push(line);
      // The height is that of the largest letters, not of a raised number.
      if (line.size <= height) continue;
    } else {
      row = [line];
      rows.push(row);
    }
    baseline = line.baseline;
    height = line.size;
  }
  for (const own of rows) if (own.length > 1) own.sort((a, b) => a.left - b.left);
  return rows;
}

function byBaseline(a: Line, b: Line): number {
  return a.baseline - b.baseline;
}

/** Most are drawn so already. */
function areFromAbove(lines: readonly Line[]): boolean {
  return lines.every((line, i) => i === 0 || (lines[i - 1]?.baseline ?? 0) <= line.baseline);
}

export function edgesOf(runs: readonly Run[]): Edges {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const run of runs) {
    const { edges, baseline, size } = run;
    left = Math.min(left, edges?.[0] ?? run.left);
    top = Math.min(top, edges?.[1] ?? baseline - size);
    right = Math.max(right, edges?.[2] ?? run.right);
    bottom = Math.max(bottom, edges?.[3] ?? baseline + size * 0.25);
  }
  return [left, top, right, bottom];
}
