import sharp, { type Sharp } from 'sharp';
import { estimateSkew } from './estimate-skew.ts';
import { evenLight } from './even-light.ts';
import { chain, type Matrix, moveBy, scaleBy, turnBy } from './matrix.ts';
import { measureLetters } from './measure-letters.ts';
import { otsuThreshold, shadeAt } from './measure-light.ts';
import type { Grey } from './pgm.ts';
import { takeMiddle } from './simplify-grey.ts';

export type Prepared = {
  readonly grey: Grey;
  /** From its pixels to shares of the picture that it was made of. */
  readonly toShares: Matrix;
  /** Whether lines seem to run from top to bottom. */
  readonly isSideways: boolean;
};

const smallSide = 800;
const leastSkewDegrees = 0.3;
/** Letters that are smaller are read worse, and as many pixels are enough for a page. */
const smallLetters = 14;
const goodLetters = 20;
const enoughLetters = 14;
/** As much of it as tells how large letters are. */
const middleSide = 1_200;
const mostPixels = 16e6;
const fewPixels = 3e6;
const marginPx = 12;

/** Makes a picture as easy to read as can be: level, dark on light, with letters of a good size. */
export async function prepareGrey(given: Grey): Promise<Prepared> {
  const glance = await shrink(given);
  const isDark = isLightOnDark(glance);
  const even = await evenLight(isDark ? invert(given) : given);
  let grey = spreadShades(even);
  let back = scaleBy(1 / given.width, 1 / given.height);
  const isSame = even === given && !isDark;
  const { degrees, isSideways } = estimateSkew(isSame ? glance : await shrink(grey));
  if (Math.abs(degrees) > leastSkewDegrees) {
    const level = await take(from(grey).rotate(-degrees, { background: '#fff' }));
    const [toMiddle, fromMiddle] = [
      moveBy(-level.width / 2, -level.height / 2),
      moveBy(grey.width / 2, grey.height / 2),
    ];
    back = chain(chain(chain(toMiddle, turnBy(degrees)), fromMiddle), back);
    grey = level;
  }
  const factor = chooseFactor(grey);
  const [width, height] = [Math.round(grey.width * factor), Math.round(grey.height * factor)];
  const margin = width * height < fewPixels && isLight(grey) ? marginPx : 0;
  if (factor !== 1 || margin > 0) {
    const extend = { top: margin, bottom: margin, left: margin, right: margin };
    back = chain(scaleBy(grey.width / width, grey.height / height), back);
    back = chain(moveBy(-margin, -margin), back);
    grey = await take(
      from(grey)
        .resize(width, height, { fit: 'fill', kernel: 'cubic' })
        .extend({ ...extend, background: '#fff' }),
    );
  }
  return { grey, toShares: back, isSideways };
}

function from({ width, height, pixels }: Grey): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 1 }, limitInputPixels: false });
}

async function take(image: Sharp): Promise<Grey> {
  const { data, info } = await image
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

async function shrink(grey: Grey): Promise<Grey> {
  const size = { fit: 'inside', withoutEnlargement: true } as const;
  return await take(from(grey).resize(smallSide, smallSide, size));
}

/** Where most of a picture is dark, its letters are light. */
function isLightOnDark({ pixels }: Grey): boolean {
  const threshold = otsuThreshold(pixels);
  const dark = pixels.reduce((count, pixel) => count + (pixel <= threshold ? 1 : 0), 0);
  return dark >= 0.65 * pixels.length;
}

function invert(grey: Grey): Grey {
  return { ...grey, pixels: grey.pixels.map((pixel) => 255 - pixel) };
}

/** Weak ink becomes black and grey paper white, where they are too near to each other. */
function spreadShades(grey: Grey): Grey {
  const some = takeSome(grey.pixels);
  const [ink, paper] = [shadeAt(some, 0.003), shadeAt(some, 0.8)];
  // What is far lighter than paper may be letters too.
  if (shadeAt(some, 0.995) - ink > 150 || paper - ink < 6) return grey;
  const table = Uint8Array.from({ length: 256 }, (_, shade) =>
    Math.min(255, Math.max(0, Math.round(((shade - ink) / (paper - ink)) * 245))),
  );
  return { ...grey, pixels: grey.pixels.map((pixel) => table[pixel] ?? 255) };
}

/** Enough pixels to tell the shades of all. */
function takeSome(pixels: Uint8Array): Uint8Array {
  const step = Math.max(1, Math.floor(pixels.length / 200_000));
  return Uint8Array.from(
    { length: Math.floor(pixels.length / step) },
    (_, i) => pixels[i * step] ?? 0,
  );
}

/** Small letters are made larger; large ones smaller, which costs nothing but time saved. */
function chooseFactor(grey: Grey): number {
  const pixels = grey.width * grey.height;
  const most = Math.sqrt(mostPixels / pixels);
  const letters = measureLetters(takeMiddle(grey, middleSide));
  if (letters === undefined) return Math.min(1, most);
  if (letters < smallLetters) return Math.min(4, goodLetters / letters, Math.max(1, most));
  return pixels > fewPixels ? Math.min(1, enoughLetters / letters, most) : 1;
}

/** Whether its border is paper, so that more paper around it looks like a part of it. */
function isLight({ width, height, pixels }: Grey): boolean {
  let sum = 0;
  for (let x = 0; x < width; x++) {
    sum += (pixels[x] ?? 255) + (pixels[(height - 1) * width + x] ?? 255);
  }
  return sum / (2 * width) > 200;
}
