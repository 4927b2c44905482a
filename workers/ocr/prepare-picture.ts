// Runs only in the sandbox, as the engine `pictures` of `picture-engine.ts`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal, type Reading } from '../extract/found.ts';
import { greyOf } from './grey-of.ts';
import { openPicture, type Picture } from './open-picture.ts';
import { encodePgm, type Grey } from './pgm.ts';
import type { PictureMessage } from './picture-engine.ts';
import { prepareGrey } from './prepare-grey.ts';

/** Of a long animation some are looked at, spread evenly, and of these the ones that differ are read. */
const mostFramesSeen = 60;
const mostFramesRead = 30;
/** Pages of a scan that differ in a few words are all read. */
const mostPages = 500;

export async function* preparePicture(
  file: string,
  { folder, signal }: Reading,
): AsyncGenerator<PictureMessage, void, void> {
  const picture = await openPicture(file);
  const isPaged = picture.about.format === 'tiff';
  const frames = Math.max(1, picture.about.pages ?? 1);
  const step = isPaged ? 1 : Math.ceil(frames / mostFramesSeen);
  let last: Uint8Array | undefined;
  let read = 0;
  for (let frame = 0; frame < frames; frame += step) {
    signal.throwIfAborted();
    const decoded = await decode(picture, frame);
    if (decoded === undefined) {
      const code = 'picture_damaged';
      if (frames === 1) throw new Refusal('file_damaged', damagedWhole);
      yield { kind: 'loss', code, message: `Picture ${frame + 1} of this file is damaged.` };
      continue;
    }
    if (decoded.isDamaged) yield { kind: 'loss', code: 'picture_damaged', message: damagedPart };
    const traits = traitsOf(decoded.grey);
    if (!isPaged && last !== undefined && !areDifferent(last, traits)) continue;
    last = traits;
    const { grey, toShares, isSideways } = await prepareGrey(decoded.grey);
    const fileName = `frame-${frame + 1}.pgm`;
    await writeFile(join(folder, fileName), encodePgm(grey));
    yield {
      kind: 'prepared',
      frame: frame + 1,
      frames,
      fileName,
      toShares: [...toShares],
      isSideways,
    };
    read++;
    if (read >= (isPaged ? mostPages : mostFramesRead)) return;
  }
}

const damagedWhole = 'This picture is damaged so much that nothing of it can be seen.';
const damagedPart = 'This picture is damaged; a part of it could be seen.';

async function decode(
  picture: Picture,
  frame: number,
): Promise<{ grey: Grey; isDamaged: boolean } | undefined> {
  try {
    return { grey: await greyOf(() => picture.open(frame)), isDamaged: false };
  } catch {
    const open = () => picture.open(frame, { isLenient: true });
    const grey = await greyOf(open).catch(() => undefined);
    return grey && { grey, isDamaged: true };
  }
}

const tiles = 32;

/** The mean shade of each tile: enough to tell whether something else is shown. */
function traitsOf({ width, height, pixels }: Grey): Uint8Array {
  const sums = new Float64Array(tiles * tiles);
  const counts = new Float64Array(tiles * tiles);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * tiles) / height) * tiles;
    for (let x = 0; x < width; x++) {
      const tile = row + Math.floor((x * tiles) / width);
      sums[tile] = (sums[tile] ?? 0) + (pixels[y * width + x] ?? 0);
      counts[tile] = (counts[tile] ?? 0) + 1;
    }
  }
  return Uint8Array.from(sums, (sum, tile) => sum / Math.max(1, counts[tile] ?? 1));
}

function areDifferent(one: Uint8Array, other: Uint8Array): boolean {
  return one.some((shade, tile) => Math.abs(shade - (other[tile] ?? 0)) > 12);
}
