import { randomBytes } from 'node:crypto';
import { hlsMaterial } from '@lectern/db/jobs/hls';
import { findMaterialSource, type MaterialSource } from '@lectern/db/postgres/material-source';
import { noteLoss } from '@lectern/db/postgres/run-ends';
import { endVideoIfWhole, findLostPiece } from '@lectern/db/postgres/video-progress';
import { beginVideoRound, type VideoRound } from '@lectern/db/postgres/video-rounds';
import { findMediaInfo } from '@lectern/db/postgres/videos';
import { Cancel, Snooze } from '@lectern/db/queue/outcomes';
import { openSource } from '../media/open-source.ts';
import { type Context, defineWorker } from '../runtime/define-worker.ts';
import { planFirst, planRest, type VideoWork } from './begin-video.ts';
import type { Keeping } from './keep-segment.ts';
import { goWithoutSound, makeAllSound, makeFirstPiece } from './make-first.ts';
import { folderOfRound, removeOtherRounds } from './round-folder.ts';

/** Whoever makes the last piece ends this; a look now and then finds what came to nothing. */
const lookEveryMs = 15_000;

/** Begins a video, makes its first piece and its sound, and then waits for those who make the others. */
export const hlsWorker = defineWorker({
  name: 'hls',
  job: hlsMaterial,
  concurrency: 4,
  handle: async (context) => {
    const { payload, run, store, log } = context;
    const { materialId } = payload;
    const material = await findMaterialSource(store.postgres, materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const begun = await begin(context, material);
    await makeOwnPart(context, material, begun);
    const lost = await findLostPiece(store.postgres, { materialId, round: begun.round });
    if (lost !== undefined) throw new Cancel(lost.code, lost.message);
    let isWhole = false;
    await context.save(async (tx) => {
      isWhole = await endVideoIfWhole(tx, materialId);
    });
    log.info({ round: begun.round, isWhole }, isWhole ? 'the video is whole' : 'waits for pieces');
    if (!isWhole) throw new Snooze(new Date(Date.now() + lookEveryMs));
    const { plan } = await begin(context, material);
    return async (tx) => {
      if (plan?.loss !== undefined) await noteLoss(tx, run.id, plan.loss);
    };
  },
});

type Work = Context<unknown>;

/** The round of this run; what there is of an earlier one goes. */
async function begin(work: Work, material: MaterialSource): Promise<VideoRound> {
  const { run, store, signal, save } = work;
  let begun: VideoRound | undefined;
  await save(async (tx) => {
    const key = randomBytes(16);
    begun = await beginVideoRound(tx, { materialId: material.id, runId: run.id, key });
  });
  if (begun === undefined) throw notProbed();
  const { round, isResumed } = begun;
  if (!isResumed) await removeOtherRounds(store.objects, material, { round, signal });
  return begun;
}

/** The plan, the first piece and the sound, all at the same time; what an earlier try has done stays. */
async function makeOwnPart(
  context: Work,
  material: MaterialSource,
  { round, key, plan: known }: VideoRound,
): Promise<void> {
  const { store } = context;
  const { id: materialId } = material;
  const info = await findMediaInfo(store.postgres, materialId);
  if (info === undefined) throw notProbed();
  await using source = await openSource(store.objects, material.object_key, context.signal);
  const video: VideoWork = { materialId, round, info, path: source.path };
  const keeping: Keeping = { objects: store.objects, folder: folderOfRound(material, round), key };
  const failure = new AbortController();
  const work = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) };
  try {
    const plan = known ?? (await planFirst(work, video));
    const [complete, soundError] = await Promise.all([
      plan.isComplete ? plan : planRest(work, video, plan),
      makeAllSound(work, video, keeping).catch((error: unknown) => error),
      makeFirstPiece(work, video, { plan, keeping }),
    ]);
    // Once more where the video turned out to end within it.
    await makeFirstPiece(work, video, { plan: complete, keeping });
    if (soundError !== undefined)
      await goWithoutSound(work, video, { error: soundError, plan: complete });
  } catch (error) {
    // What else is under way is of no use.
    failure.abort(error);
    throw error;
  }
}

const notProbed = () =>
  new Cancel('not_probed', 'Nobody has looked at this file yet. Have it processed again.');
