import { transcribeMaterial } from '@lectern/db/jobs/transcribe';
import { findCaptions, replaceCaptions, type Track } from '@lectern/db/postgres/captions';
import { findMaterialSource, type MaterialSource } from '@lectern/db/postgres/material-source';
import { noteLoss } from '@lectern/db/postgres/run-ends';
import { isSuperseded } from '@lectern/db/postgres/runs';
import { hideSidecars, listTaken, showSidecars } from '@lectern/db/postgres/sidecars';
import { findMediaInfo } from '@lectern/db/postgres/videos';
import { Cancel } from '@lectern/db/queue/outcomes';
import { type Context, defineWorker } from '../runtime/define-worker.ts';
import { hearSpeech } from './hear-speech.ts';
import { readEmbedded } from './read-embedded.ts';
import { readSidecars } from './read-sidecars.ts';
import type { Words } from './words.ts';

export const transcribeWorker = defineWorker({
  name: 'transcribe',
  job: transcribeMaterial,
  // They wait for their pieces' turns.
  concurrency: 4,
  handle: async (context) => {
    const { payload, run, store, log } = context;
    const { isAnew = false } = payload;
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const words = await findWords(context, material, payload);
    if (words === undefined) return undefined;
    const { tracks, losses } = words;
    const source = tracks[0]?.source;
    log.info({ tracks: tracks.length, source, losses: losses.length }, 'wrote down what is said');
    return async (tx) => {
      if (await isSuperseded(tx, run)) return;
      const taken = await listTaken(tx, material.id);
      await replaceCaptions(tx, material.id, { tracks, isAnew });
      await hideSidecars(tx, material.id);
      await showSidecars(tx, taken, run);
      const [loss] = losses;
      if (loss !== undefined) await noteLoss(tx, run.id, loss);
    };
  },
});

const longestAfterEndMs = 10_000;

type Wish = { readonly isAnew?: boolean; readonly from?: 'speech' };

/** People's subtitles are better than what a program hears. Undefined where all is to stay as it is. */
async function findWords(
  context: Context<unknown>,
  material: MaterialSource,
  { isAnew = false, from }: Wish,
): Promise<Words | undefined> {
  const { store, run, signal } = context;
  if (from !== 'speech') {
    const asker = run.owner ?? run.id;
    const beside = await readSidecars(store, material, signal);
    const within = await readEmbedded(store, material, { signal, asker });
    const tracks = withoutDoubles([...beside, ...within.tracks]);
    if (tracks.length > 0) {
      const endMs = ((await findMediaInfo(store.postgres, material.id))?.durationS ?? 0) * 1_000;
      return { tracks: tracks.map((track) => endInTime(track, endMs)), losses: within.losses };
    }
  }
  const current = await findCaptions(store.postgres, material.id);
  if (current?.source === 'edited' && !isAnew) return undefined;
  return await hearSpeech(context, material);
}

/** What is told of the length may be wrong, but no words stay for long when it is over. */
function endInTime(track: Track, endMs: number): Track {
  if (endMs <= 0) return track;
  const cues = track.cues.map((cue) => {
    const latestMs = Math.max(endMs, cue.startMs + longestAfterEndMs);
    return { ...cue, endMs: Math.min(cue.endMs, latestMs) };
  });
  return { ...track, cues };
}

/** Whoever put a file beside a recording did not want what is in it. */
function withoutDoubles(tracks: readonly Track[]): Track[] {
  const first = new Map<string, Track>();
  for (const track of tracks) {
    if (!first.has(track.language)) first.set(track.language, track);
  }
  return [...first.values()];
}
