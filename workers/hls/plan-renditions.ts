import type { PictureStream } from '@lectern/db/materials/media-info';
import type { PlannedRendition } from '@lectern/db/materials/video-plan';
import { fps, type FrameRate } from '../media/frame-rate.ts';
import { levelOf } from './h264-level.ts';

/** Sizes by the shorter side of a wide screen, and what each may take at 30 frames a second. */
const rungs = [
  { side: 1_080, kilobits: 4_500 },
  { side: 720, kilobits: 2_500 },
  { side: 480, kilobits: 1_200 },
  { side: 360, kilobits: 700 },
  { side: 240, kilobits: 350 },
];

const screen = 16 / 9;
/** One that is not clearly smaller than the one before helps nobody. */
const clearly = 0.85;
/** For those on a bad line, below which nothing is to be seen. */
const smallestOfLarge = 360;

type Size = { readonly width: number; readonly height: number; readonly kilobits: number };

/** What a picture is made into, the largest first: never larger than it is. */
export function planRenditions(
  picture: Pick<PictureStream, 'width' | 'height'>,
  rate: FrameRate,
): PlannedRendition[] {
  const sizes: Size[] = [];
  for (const { side, kilobits } of rungs) {
    const size = fit(picture, side);
    const [short, last] = [shortSide(size), sizes.at(-1)];
    if (last !== undefined && short > shortSide(last) * clearly) continue;
    if (shortSide(sizes[0] ?? size) > smallestOfLarge && side < smallestOfLarge) continue;
    sizes.push({ ...size, kilobits: kilobits * Math.min(1, share(size, side)) });
  }
  return sizes.map((size) => describe(size, rate));
}

const shortSide = ({ width, height }: Pick<Size, 'width' | 'height'>) => Math.min(width, height);

/** Into a screen that is wide, or upright like the picture. */
function fit({ width, height }: Pick<PictureStream, 'width' | 'height'>, side: number) {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const scale = Math.min(1, side / short, (side * screen) / long);
  return { width: toEven(width, scale), height: toEven(height, scale) };
}

/** Colours are kept for two pixels by two. */
function toEven(side: number, scale: number): number {
  return 2 * Math.max(1, Math.min(Math.floor(side / 2), Math.round((side * scale) / 2)));
}

/** How much of that screen it fills. */
function share({ width, height }: { width: number; height: number }, side: number): number {
  return Math.max(0.1, (width * height) / (side * side * screen));
}

function describe({ width, height, kilobits }: Size, rate: FrameRate): PlannedRendition {
  const isFast = fps(rate) > 40;
  return {
    name: `${shortSide({ width, height })}p`,
    width,
    height,
    peak: Math.round(kilobits * (isFast ? 1.5 : 1)) * 1_000,
    level: levelOf({ width, height }, rate),
    isCopied: false,
  };
}
