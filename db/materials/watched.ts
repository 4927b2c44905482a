/** A stretch of a recording, in seconds from its beginning. */
export type Interval = readonly [fromS: number, toS: number];

/** Whoever has seen this share of a recording has seen it; few watch the credits. */
export const completionShare = 0.9;
/** As many stretches as are kept of one person and recording. */
export const mostIntervals = 500;
/** What players leave between two reports at the most. */
const mostLeftS = 0.25;
/** A gap that is left is shorter than the stretches beside it by at least this factor. */
const leastBeside = 4;
/** Shorter rests are the end: who comes again begins anew. */
const restShare = 0.02;
const mostRestS = 10;

/**
 * What was watched in all, in order and without overlap. It does not depend on the order in which
 * stretches come, nor on how often one comes, as long as they are not too many.
 */
export function mergeIntervals(intervals: readonly Interval[], durationS: number): Interval[] {
  const merged: [number, number][] = [];
  for (const [fromS, toS] of intervals.map((one) => clamp(one, durationS)).toSorted(byBeginning)) {
    if (toS <= fromS) continue;
    const last = merged.at(-1);
    if (last !== undefined && fromS <= last[1]) last[1] = Math.max(last[1], toS);
    else merged.push([fromS, toS]);
  }
  return merged.length > mostIntervals ? keepLongest(closeGaps(merged)) : merged;
}

export function measureShare(merged: readonly Interval[], durationS: number): number {
  if (durationS <= 0) return 0;
  const watchedS = merged.reduce((sum, one) => sum + lengthOf(one), 0);
  return Math.min(1, Math.round((watchedS / durationS) * 10_000) / 10_000);
}

/** Where somebody goes on who left here. */
export function findResumption(positionS: number, durationS: number): number {
  const restS = Math.min(mostRestS, durationS * restShare);
  return positionS >= durationS - restS ? 0 : positionS;
}

export function clampPosition(positionS: number, durationS: number): number {
  return Math.round(Math.min(Math.max(positionS, 0), durationS) * 1_000) / 1_000;
}

function clamp([fromS, toS]: Interval, durationS: number): Interval {
  return [clampPosition(fromS, durationS), clampPosition(toS, durationS)];
}

function byBeginning([a]: Interval, [b]: Interval): number {
  return a - b;
}

/**
 * Of a player that leaves a moment after each report, hours would not fit. So little is closed that at
 * most a fifth of what counts was not watched.
 */
function closeGaps(merged: readonly Interval[]): Interval[] {
  const closed: [number, number][] = [];
  for (const next of merged) {
    const last = closed.at(-1);
    if (last !== undefined && isLeft(last, next)) last[1] = next[1];
    else closed.push([...next]);
  }
  return closed;
}

function isLeft(last: Interval, next: Interval): boolean {
  const gapS = next[0] - last[1];
  return gapS <= mostLeftS && leastBeside * gapS <= Math.min(lengthOf(last), lengthOf(next));
}

function lengthOf([fromS, toS]: Interval): number {
  return toS - fromS;
}

/** The shortest go first: nothing is taken for watched that was not. */
function keepLongest(merged: readonly Interval[]): Interval[] {
  if (merged.length <= mostIntervals) return [...merged];
  return merged
    .toSorted((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, mostIntervals)
    .toSorted(byBeginning);
}
