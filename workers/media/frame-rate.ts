/** A number of frames in a number of seconds. */
export type FrameRate = readonly [frames: number, seconds: number];

const usual: readonly FrameRate[] = [
  [10, 1],
  [12, 1],
  [15, 1],
  [20, 1],
  [24_000, 1_001],
  [24, 1],
  [25, 1],
  [30_000, 1_001],
  [30, 1],
  [48, 1],
  [50, 1],
  [60_000, 1_001],
  [60, 1],
];

export const fps = ([frames, seconds]: FrameRate): number => frames / seconds;

const isNear = (a: number, b: number, share: number) => Math.abs(a - b) <= b * share;

/** Beyond that a picture mostly stands still, and frames that repeat it cost work for nothing. */
const mostFaster = 3;

/**
 * At what rate a picture comes. `base` is the lowest that all its frames fit, which says nothing where they
 * come irregularly; `average` is as it says.
 */
export function chooseFrameRate(
  base: FrameRate | undefined,
  average: FrameRate | undefined,
): { frameRate: [number, number]; isVariable: boolean } {
  const told = average ?? base ?? [25, 1];
  const isSteady = base !== undefined && fps(base) <= 300 && isNear(fps(base), fps(told), 0.002);
  if (isSteady) return { frameRate: [...base], isVariable: false };
  const rate = fps(told);
  // Where a part of it comes faster than the rest, that part is to be seen as it is.
  const isUsual = base !== undefined && usual.some((one) => isNear(fps(one), fps(base), 0.002));
  if (isUsual && fps(base) > rate && fps(base) <= rate * mostFaster) {
    return { frameRate: [...base], isVariable: true };
  }
  const near =
    usual.find((one) => isNear(fps(one), rate, 0.02)) ?? usual.find((one) => fps(one) >= rate);
  return { frameRate: [...(near ?? usual.at(-1) ?? [60, 1])], isVariable: true };
}

const most = 60;
const fewest = 5;

/** What it is made into: as it comes, but no more than screens show, and enough to cut at. */
export function outputFrameRate([frames, seconds]: FrameRate): FrameRate {
  const rate = frames / seconds;
  if (rate < fewest) return [10, 1];
  const part = Math.ceil(rate / (most * 1.001));
  return [frames, seconds * part];
}
