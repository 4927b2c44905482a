import sharp from 'sharp';
import { shadeAt } from './measure-light.ts';
import type { Grey } from './pgm.ts';

/** Across and down: as fine as shadows are, and coarser than words. */
const tiles = 24;
const leastUnevenness = 0.25;
const mostRoughness = 0.06;
/** How much lighter than what they stand on letters are that would be lost, and in how many tiles. */
const lightInk = 0.2;
const fewTiles = 4;
const flatColour = 0.05;

/** A page that was photographed in uneven light becomes white paper throughout; others stay. */
export async function evenLight(grey: Grey): Promise<Grey> {
  const paper = measureTiles(grey, 0.85);
  if (!isUnevenPaper(paper) || hasLightLetters(shadeAt(paper, 0.95), grey)) return grey;
  const { width, height } = grey;
  const full = await sharp(paper, { raw: { width: tiles, height: tiles, channels: 1 } })
    .blur(1)
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const share = (grey.pixels[i] ?? 0) / Math.max(24, full[i] ?? 255);
    pixels[i] = Math.min(255, Math.round(share * 245));
  }
  return { width, height, pixels };
}

/** How light each tile is: paper is nearly the lightest shade there. */
function measureTiles({ width, height, pixels }: Grey, share: number): Uint8Array {
  const light = new Uint8Array(tiles * tiles);
  for (let tile = 0; tile < light.length; tile++) {
    const [column, row] = [tile % tiles, Math.floor(tile / tiles)];
    const left = Math.floor((column * width) / tiles);
    const right = Math.floor(((column + 1) * width) / tiles);
    const shades: number[] = [];
    const bottom = Math.floor(((row + 1) * height) / tiles);
    for (let y = Math.floor((row * height) / tiles); y < bottom; y += 3) {
      for (let x = left; x < right; x += 3) shades.push(pixels[y * width + x] ?? 255);
    }
    light[tile] = shadeAt(Uint8Array.from(shades), share);
  }
  return light;
}

/** Shadows change slowly over a page; a scene changes abruptly and is left as it is. */
function isUnevenPaper(paper: Uint8Array): boolean {
  const lightest = shadeAt(paper, 0.95);
  const darkest = shadeAt(paper, 0.05);
  if (darkest < 30 || lightest - darkest < leastUnevenness * lightest) return false;
  const steps = Array.from(paper, (shade, tile) =>
    tile % tiles === 0 ? 0 : Math.abs(shade - (paper[tile - 1] ?? shade)) / 255,
  ).toSorted((a, b) => a - b);
  return (steps[Math.floor(steps.length * 0.9)] ?? 1) < mostRoughness;
}

/** Letters on a band of colour, such as a title: they would become as white as the band. */
function hasLightLetters(lightest: number, grey: Grey): boolean {
  const low = measureTiles(grey, 0.25);
  const middle = measureTiles(grey, 0.5);
  const high = measureTiles(grey, 0.97);
  const lettered = middle.filter((shade, tile) => {
    // What is not of one colour is a photograph.
    const isFlat = shade - (low[tile] ?? 0) < flatColour * 255;
    const isDark = shade < lightest * (1 - leastUnevenness);
    if (!isFlat || !isDark || (high[tile] ?? 0) - shade < lightInk * 255) return false;
    // At the edge of the band it is the paper beside it that is lighter.
    const around = [middle[tile - tiles] ?? shade, middle[tile + tiles] ?? shade];
    return Math.max(...around) - shade < lightInk * 255;
  });
  return lettered.length >= fewTiles;
}
