import { ObjectMissing } from '@lectern/db/objects/objects';
import type { Store } from '@lectern/db/open';
import type { Track } from '@lectern/db/postgres/captions';
import { findCourseLanguage, type MaterialSource } from '@lectern/db/postgres/material-source';
import { listSidecars, type Sidecar } from '@lectern/db/postgres/sidecars';
import { decodeText } from '../extract/decode-text.ts';
import { readAtMost } from '../extract/read-at-most.ts';
import { toTrack } from './to-track.ts';

/** More than a day of subtitles has. */
const mostBytes = 16 * 1024 * 1024;

/** The subtitles that lie beside a recording. */
export async function readSidecars(
  { postgres, objects }: Pick<Store, 'postgres' | 'objects'>,
  material: MaterialSource,
  signal: AbortSignal,
): Promise<Track[]> {
  const tracks: Track[] = [];
  const spoken = await findCourseLanguage(postgres, material.course_id);
  const sidecars = await listSidecars(postgres, material);
  // The first is searched: the one that needs no language in its name, or has that of the course.
  const rank = ({ language }: Sidecar) =>
    language === undefined ? 0 : language === spoken ? 1 : 2;
  for (const sidecar of sidecars.toSorted((a, b) => rank(a) - rank(b))) {
    const track = await readSidecar(sidecar, { objects, signal });
    if (track !== undefined) tracks.push(track);
  }
  return tracks;
}

async function readSidecar(
  { materialId, fileName, objectKey, language }: Sidecar,
  { objects, signal }: Pick<Store, 'objects'> & { readonly signal: AbortSignal },
): Promise<Track | undefined> {
  const bytes = await readThere(objects, objectKey, signal);
  return bytes && toTrack(decodeText(bytes), { beside: materialId, language, fileName });
}

/** One that was deleted just now is none. */
async function readThere(
  objects: Store['objects'],
  key: string,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  try {
    return await readAtMost(await objects.read(key), mostBytes, signal);
  } catch (error) {
    if (error instanceof ObjectMissing) return undefined;
    throw error;
  }
}
