import type { Sharp } from 'sharp';
import type { Grey } from './pgm.ts';

/** Letters and paper that differ less than this in lightness may differ in colour. */
const weakSpread = 18;

/** A picture in grey: by lightness, or by the one colour in which letters can be told from paper. */
export async function greyOf(open: () => Sharp): Promise<Grey> {
  const opaque = await flatten(open);
  const channel = await chooseChannel(opaque);
  const chosen = opaque();
  const grey = channel === undefined ? chosen.toColourspace('b-w') : chosen.extractChannel(channel);
  return await take(grey);
}

/** Black letters on nothing are meant for white paper, white letters for black. */
async function flatten(open: () => Sharp): Promise<() => Sharp> {
  const { hasAlpha } = await open().metadata();
  if (!hasAlpha) return open;
  const onWhite = () => open().flatten({ background: '#fff' });
  if ((await spreadsOf(onWhite)).some((spread) => spread > 2)) return onWhite;
  return () => open().flatten({ background: '#000' });
}

async function chooseChannel(open: () => Sharp): Promise<'red' | 'green' | 'blue' | undefined> {
  const [lightness = 0] = await spreadsOf(() => open().toColourspace('b-w'));
  if (lightness > weakSpread) return undefined;
  const [red = 0, green = 0, blue = 0] = await spreadsOf(() => open().toColourspace('srgb'));
  const most = Math.max(red, green, blue);
  if (most < 2 * lightness || most < 8) return undefined;
  if (most === red) return 'red';
  return most === green ? 'green' : 'blue';
}

/** How much the pixels of a small copy differ, by channel. */
async function spreadsOf(open: () => Sharp): Promise<number[]> {
  const small = open().resize(400, 400, {
    fit: 'inside',
    withoutEnlargement: true,
    fastShrinkOnLoad: false,
  });
  const { data, info } = await small.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return Array.from({ length: info.channels }, (_, channel) => {
    const count = data.length / info.channels;
    let sum = 0;
    let squares = 0;
    for (let at = channel; at < data.length; at += info.channels) {
      sum += data[at] ?? 0;
      squares += (data[at] ?? 0) ** 2;
    }
    return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  });
}

async function take(image: Sharp): Promise<Grey> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 1) return { width, height, pixels: data };
  return { width, height, pixels: data.filter((_, at) => at % channels === 0) };
}
