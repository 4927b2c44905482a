import sharp from 'sharp';
import { countShades } from './measure-light.ts';
import type { Grey } from './pgm.ts';

/** The picture with no more pixels than that. */
export async function shrinkGrey(grey: Grey, mostPixels: number): Promise<Grey> {
  const { width, height, pixels } = grey;
  const factor = Math.sqrt(mostPixels / (width * height));
  if (factor >= 1) return grey;
  const raw = { width, height, channels: 1 } as const;
  const { data, info } = await sharp(pixels, { raw, limitInputPixels: false })
    .resize(Math.max(1, Math.round(width * factor)))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** Whole rows, or columns, from the middle of it. */
export function takeBand(grey: Grey, of: 'rows' | 'columns', mostPixels: number): Grey {
  const share = Math.min(1, mostPixels / (grey.width * grey.height));
  const cut = (side: number) => Math.max(1, Math.round(side * share));
  return of === 'rows'
    ? crop(grey, grey.width, cut(grey.height))
    : crop(grey, cut(grey.width), grey.height);
}

/** What is in the middle of it, no side longer than that. */
export function takeMiddle(grey: Grey, mostSide: number): Grey {
  return crop(grey, Math.min(grey.width, mostSide), Math.min(grey.height, mostSide));
}

function crop({ width, height, pixels }: Grey, w: number, h: number): Grey {
  if (w === width && h === height) return { width, height, pixels };
  const [left, top] = [(width - w) >> 1, (height - h) >> 1];
  const part = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    const start = (top + y) * width + left;
    part.set(pixels.subarray(start, start + w), y * w);
  }
  return { width: w, height: h, pixels: part };
}

const nearWhite = 248;
const nearBlack = 12;
const leastShare = 0.0005;
const mostShare = 0.12;

/** What is nearly white, and what is nearly black, each as black on white, where it is little. */
export function isolateExtremes(grey: Grey): Grey[] {
  const counts = countShades(grey.pixels);
  const shareOf = (from: number, to: number) =>
    counts.subarray(from, to + 1).reduce((sum, count) => sum + count, 0) / grey.pixels.length;
  const isSome = (share: number) => share >= leastShare && share <= mostShare;
  const masks: Grey[] = [];
  if (isSome(shareOf(nearWhite, 255))) {
    masks.push({ ...grey, pixels: grey.pixels.map((shade) => (shade >= nearWhite ? 0 : 255)) });
  }
  if (isSome(shareOf(0, nearBlack))) {
    masks.push({ ...grey, pixels: grey.pixels.map((shade) => (shade <= nearBlack ? 0 : 255)) });
  }
  return masks;
}
