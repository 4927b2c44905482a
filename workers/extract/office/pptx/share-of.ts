import type { Box } from './read-shapes.ts';

/** A box as shares of its slide; nothing where there is none. */
export function shareOf(
  box: Box | undefined,
  size: readonly [number, number],
): { box?: readonly [number, number, number, number] } {
  if (box === undefined) return {};
  const share = (value: number, whole: number) =>
    Math.round(Math.min(1, Math.max(0, value / whole)) * 10_000) / 10_000;
  const [x, y, width, height] = box;
  const [left, top] = [share(x, size[0]), share(y, size[1])];
  const [right, bottom] = [share(x + width, size[0]), share(y + height, size[1])];
  return { box: [left, top, share(right - left, 1), share(bottom - top, 1)] };
}
