import { readFile, unlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Objects } from '@lectern/db/objects/objects';
import type { NewSegment } from '@lectern/db/postgres/video-pieces';
import { sealSegment } from './seal-segment.ts';

export type Keeping = {
  readonly objects: Pick<Objects, 'write'>;
  /** Of the video's round, without a slash at its end. */
  readonly folder: string;
  readonly key: Buffer;
};

export type MadeSegment = {
  readonly rendition: string;
  readonly piece: number;
  readonly number: number;
  readonly startS: number;
  readonly durationS: number;
};

/** Takes a file out of a reader's folder, so that it does not fill the disk. */
export async function takeFile(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  await unlink(path);
  return bytes;
}

/** Seals a segment and stores it. Gives its row. */
export async function keepSegment(
  bytes: Buffer,
  segment: MadeSegment,
  { objects, folder, key }: Keeping,
): Promise<NewSegment> {
  const { rendition, piece, number, startS, durationS } = segment;
  const sealed = sealSegment(bytes, key, segment);
  const objectKey = `${folder}/${rendition}/${piece}-${number}.ts`;
  await objects.write(objectKey, Readable.from([sealed]));
  return {
    rendition,
    piece,
    number,
    start_s: startS,
    duration_s: durationS,
    size_bytes: sealed.length,
    object_key: objectKey,
  };
}
