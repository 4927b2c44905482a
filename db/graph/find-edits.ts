/** A run of text that two texts share, or that only the later or only the earlier one has. */
export type TextRun = { readonly op: 'equal' | 'insert' | 'delete'; readonly text: string };

/** Steps that a comparison may still take. Texts that come when they are spent are told as a whole. */
export type Effort = { left: number };

/** Between what two texts share at their beginnings and at their ends. */
const mostUnits = 10_000;
/** Beyond, the texts have so little in common that nobody reads it out of a list of words. */
const mostEdits = 1_500;

export type Units = { readonly before: readonly string[]; readonly after: readonly string[] };

/**
 * The fewest deletions and insertions that make one list of units the other, by Myers (1986); undefined
 * where to find them would cost too much.
 */
export function findEdits({ before, after }: Units, effort: Effort): TextRun[] | undefined {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  effort.left -= start + end;
  const middle = {
    before: before.slice(start, before.length - end),
    after: after.slice(start, after.length - end),
  };
  const edits = findMiddle(middle, effort);
  if (edits === undefined) return undefined;
  const equal = (units: readonly string[]): TextRun[] =>
    units.length === 0 ? [] : [{ op: 'equal', text: units.join('') }];
  return [
    ...equal(before.slice(0, start)),
    ...edits,
    ...equal(before.slice(before.length - end, before.length)),
  ];
}

function findMiddle(units: Units, effort: Effort): TextRun[] | undefined {
  const { before, after } = units;
  if (before.length > mostUnits || after.length > mostUnits) return undefined;
  const trace = findTrace(units, effort);
  return trace === undefined ? undefined : walkBack(units, trace);
}

/** How far each diagonal was reached before each edit, until both ends were; from −d to d. */
function findTrace({ before, after }: Units, effort: Effort): Int32Array[] | undefined {
  const most = Math.min(before.length + after.length, mostEdits);
  const reached = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d++) {
    trace.push(reached.slice(middle - d, middle + d + 1));
    for (let k = -d; k <= d; k += 2) {
      const [below, above] = [reached[middle + k - 1] ?? 0, reached[middle + k + 1] ?? 0];
      const begun = isInsert(k, d, { below, above }) ? above : below + 1;
      let x = begun;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      reached[middle + k] = x;
      if (x >= before.length && x - k >= after.length) return trace;
      effort.left -= 1 + x - begun;
    }
    if (effort.left < 0) return undefined;
  }
  return undefined;
}

function walkBack({ before, after }: Units, trace: readonly Int32Array[]): TextRun[] {
  const runs: TextRun[] = [];
  let [x, y] = [before.length, after.length];
  for (let d = trace.length - 1; d >= 0; d--) {
    const reached = trace[d];
    const k = x - y;
    const [below, above] = [reached?.[d + k - 1] ?? 0, reached?.[d + k + 1] ?? 0];
    const isNew = isInsert(k, d, { below, above });
    const fromX = d === 0 ? 0 : isNew ? above : below;
    const fromY = d === 0 ? 0 : fromX - (isNew ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      x--;
      y--;
      runs.push({ op: 'equal', text: before[x] ?? '' });
    }
    if (d === 0) break;
    if (isNew) runs.push({ op: 'insert', text: after[fromY] ?? '' });
    else runs.push({ op: 'delete', text: before[fromX] ?? '' });
    [x, y] = [fromX, fromY];
  }
  return runs.toReversed();
}

/** Whether a diagonal is reached best from the one above it, by an insertion. */
function isInsert(
  k: number,
  d: number,
  { below, above }: { readonly below: number; readonly above: number },
): boolean {
  return k === -d || (k !== d && below < above);
}
