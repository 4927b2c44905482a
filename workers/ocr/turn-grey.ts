import { chain, type Matrix, moveBy, turnBy } from './matrix.ts';
import type { Grey } from './pgm.ts';

export type QuarterTurns = 0 | 1 | 2 | 3;

/** The picture turned clockwise by quarters. */
export function turnGrey({ width, height, pixels }: Grey, turns: QuarterTurns): Grey {
  if (turns === 0) return { width, height, pixels };
  const turned = new Uint8Array(pixels.length);
  if (turns === 2) {
    for (let at = 0; at < pixels.length; at++) turned[pixels.length - 1 - at] = pixels[at] ?? 255;
    return { width, height, pixels: turned };
  }
  for (let y = 0; y < height; y++) {
    const column = turns === 1 ? height - 1 - y : y;
    for (let x = 0; x < width; x++) {
      const row = turns === 1 ? x : width - 1 - x;
      turned[row * height + column] = pixels[y * width + x] ?? 255;
    }
  }
  return { width: height, height: width, pixels: turned };
}

/** From the pixels of the turned picture back to those of the picture, whose size this is. */
export function turnBack(
  { width, height }: Pick<Grey, 'width' | 'height'>,
  turns: QuarterTurns,
): Matrix {
  const [w, h] = turns % 2 === 0 ? [width, height] : [height, width];
  return chain(chain(moveBy(-w / 2, -h / 2), turnBy(-90 * turns)), moveBy(width / 2, height / 2));
}
