import type { SubtitleStream } from '@lectern/db/materials/media-info';
import type { Track } from '@lectern/db/postgres/captions';
import type { MaterialSource } from '@lectern/db/postgres/material-source';
import { findMediaInfo } from '@lectern/db/postgres/videos';
import type { Store } from '@lectern/db/open';
import { Cancel } from '@lectern/db/queue/outcomes';
import { readSubtitles } from '../media/read-subtitles.ts';
import type { Waiting } from '../media/waiting.ts';
import { toTrack } from './to-track.ts';
import type { Loss, Words } from './words.ts';

/** No player offers more. */
const mostStreams = 20;

/** The subtitles that stand in a recording itself. One that cannot be read leaves the others. */
export async function readEmbedded(
  store: Pick<Store, 'postgres' | 'objects'>,
  material: MaterialSource,
  waiting: Waiting,
): Promise<Words> {
  const info = await findMediaInfo(store.postgres, material.id);
  const tracks: Track[] = [];
  const losses: Loss[] = [];
  for (const { index: stream, language } of chooseStreams(info?.subtitles ?? [])) {
    try {
      const text = await readSubtitles(store, material, { stream, ...waiting });
      const track = toTrack(text, { language, beside: null, fileName: '.vtt' });
      if (track !== undefined) tracks.push(track);
    } catch (error) {
      if (!(error instanceof Cancel)) throw error;
      losses.push({ code: error.code, message: error.message });
    }
  }
  return { tracks, losses };
}

/** Those that say all that is said, the one first that is shown at first. */
function chooseStreams(streams: readonly SubtitleStream[]): SubtitleStream[] {
  return streams
    .filter(({ isText, isForced }) => isText && !isForced)
    .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
    .slice(0, mostStreams);
}
