import { readFile } from 'node:fs/promises';
import type { Place } from '@lectern/db/postgres/tables';
import { openReading } from '../sandbox/open-reading.ts';
import { gatherPieces, type SeenPiece } from './gather-pieces.ts';
import { pictures } from './picture-engine.ts';
import { placeOn } from './number-pieces.ts';
import { decodePgm } from './pgm.ts';
import { type Looking, readPicture } from './read-picture.ts';

export type Loss = { readonly code: string; readonly message: string };

export type ReadImage = {
  readonly pieces: readonly SeenPiece[];
  readonly losses: readonly Loss[];
};

/** What stands in a picture that somebody sent, or in each of those that one file holds. */
export async function readImage(
  source: AsyncIterable<Uint8Array>,
  looking: Looking,
  progress: (fraction: number) => void = () => undefined,
): Promise<ReadImage> {
  const pieces: SeenPiece[] = [];
  const losses: Loss[] = [];
  await using reading = await openReading(pictures, { source, signal: looking.signal });
  for await (const told of reading.messages) {
    if (told.kind === 'loss') {
      losses.push({ code: told.code, message: told.message });
      continue;
    }
    const { frame, frames, fileName, toShares, isSideways } = told;
    const grey = decodePgm(await readFile(reading.pathOf(fileName)));
    const seen = gatherPieces(await readPicture({ grey, toShares, isSideways }, looking));
    const place: Place = frames > 1 ? { page: frame } : {};
    // What moves in an animation is words that stay.
    const known = new Set(pieces.map(({ text }) => text));
    const added = frames === 1 ? seen : seen.filter(({ text }) => !known.has(text));
    pieces.push(...placeOn(added, place));
    progress(frame / frames);
  }
  return { pieces, losses };
}
