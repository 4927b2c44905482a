import sharp from 'sharp';
import { shadeAt } from './measure-light.ts';
import type { Grey } from './pgm.ts';

/** Across and down: as fine as shadows are, and coarser than words. */
const tiles = 24;
const leastUnevenness = 0.25;
const mostRoughness = 0.06;

/** A page that was photographed in uneven light becomes white paper throughout; others stay. */
export async function evenLight(grey: Grey): Promise<Grey> {
  const paper = measurePaper(grey);
  if (!isUnevenPaper(paper)) return grey;
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

/** How light paper is in each tile: nearly the lightest shade there. */
function measurePaper({ width, height, pixels }: Grey): Uint8Array {
  const paper = new Uint8Array(tiles * tiles);
  for (let tile = 0; tile < paper.length; tile++) {
    const [column, row] = [tile % tiles, Math.floor(tile / tiles)];
    const left = Math.floor((column * width) / tiles);
    const right = Math.floor(((column + 1) * width) / tiles);
    const shades: number[] = [];
    const bottom = Math.floor(((row + 1) * height) / tiles);
    for (let y = Math.floor((row * height) / tiles); y < bottom; y += 3) {
      for (let x = left; x < right; x += 3) shades.push(pixels[y * width + x] ?? 255);
    }
    paper[tile] = shadeAt(Uint8Array.from(shades), 0.85);
  }
  return paper;
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
