import type { MediaInfo } from '@lectern/db/materials/media-info';
import type { VideoPlan } from '@lectern/db/materials/video-plan';
import {
  addVideoPieces,
  enqueueVideoPieces,
  replaceFirstPiece,
  type VideoPiece,
} from '@lectern/db/postgres/video-pieces';
import type { Transaction } from '@lectern/db/postgres/connect';
import {
  leaveVideoRound,
  setPlan,
  setVideoDuration,
  setVideoPlan,
} from '@lectern/db/postgres/video-rounds';
import { Snooze } from '@lectern/db/queue/outcomes';
import { lookAtBeginning, type Scan, scanMedia } from '../media/scan-media.ts';
import type { Context } from '../runtime/define-worker.ts';
import { describeRenditions } from './describe-renditions.ts';
import { findShortfall } from './find-shortfall.ts';
import type { PlannedPiece } from './plan-cuts.ts';
import { completePlan, type Look, needsLook, planVideo } from './plan-video.ts';

export type VideoWork = {
  readonly materialId: string;
  readonly round: number;
  readonly info: MediaInfo;
  /** The original, as a file of this machine. */
  readonly path: string;
};

type Work = Context<unknown>;

/** Plans a video so far that its first piece can be made. */
export async function planFirst(work: Work, video: VideoWork): Promise<VideoPlan> {
  const { materialId, round, info } = video;
  const look = await lookFirst(work, video);
  const planned = planVideo(info, look);
  const scan = planned.plan.isComplete ? look?.scan : undefined;
  const plan = withLoss(planned.plan, info, scan);
  const pieces = planned.pieces.map(toRow);
  await work.save(async (tx) => {
    const renditions = describeRenditions(info, { plan, round });
    await setVideoPlan(tx, materialId, { plan, renditions });
    await addVideoPieces(tx, materialId, pieces);
    if (scan !== undefined) await setVideoDuration(tx, materialId, lengthOf(scan));
    await enqueueOthers(tx, work, { materialId, round, pieces });
  });
  if (pieces.length > 1) work.store.queues.wakeRelay();
  return plan;
}

/** Nobody waits their turn for it: somebody may wait for the video. */
async function lookFirst({ signal }: Work, { path, info }: VideoWork): Promise<Look | undefined> {
  const needed = needsLook(info);
  if (needed === undefined) return undefined;
  const scan = await lookAtBeginning(path, { info, ...needed }, { signal });
  return { scan, isWhole: needed.untilS === undefined };
}

/** Plans the rest, while the first piece is made. */
export async function planRest(work: Work, video: VideoWork, begun: VideoPlan): Promise<VideoPlan> {
  const { materialId, round, info, path } = video;
  const scan = await scanMedia(path, info, { signal: work.signal });
  const planned = completePlan(begun, scan);
  if (planned === undefined) return await beginAnew(work, materialId);
  const plan = withLoss(planned.plan, info, scan);
  const pieces = planned.pieces.map(toRow);
  const [first, ...others] = pieces;
  await work.save(async (tx) => {
    await setPlan(tx, materialId, plan);
    await setVideoDuration(tx, materialId, lengthOf(scan));
    if (first !== undefined) await replaceFirstPiece(tx, materialId, first);
    await addVideoPieces(tx, materialId, others);
    await enqueueOthers(tx, work, { materialId, round, pieces });
  });
  work.store.queues.wakeRelay();
  return plan;
}

/** What looked as if it could be copied cannot be. */
async function beginAnew(work: Work, materialId: string): Promise<never> {
  await work.save((tx) => leaveVideoRound(tx, materialId));
  throw new Snooze(new Date());
}

type Others = {
  readonly materialId: string;
  readonly round: number;
  readonly pieces: readonly VideoPiece[];
};

function enqueueOthers(tx: Transaction, { run }: Work, { pieces, ...whose }: Others) {
  const others = pieces.slice(1).map(({ piece }) => piece);
  return enqueueVideoPieces(tx, { ...whose, pieces: others }, run);
}

const lengthOf = ({ pictureEndS, soundEndS }: Scan) => Math.max(pictureEndS, soundEndS);

const toRow = ({ fromS, toS, cutsS }: PlannedPiece, piece: number): VideoPiece => ({
  piece,
  from_s: fromS,
  to_s: toS,
  cuts: [...cutsS],
});

function withLoss(plan: VideoPlan, info: MediaInfo, scan: Scan | undefined): VideoPlan {
  const loss = scan && findShortfall(info.durationS, lengthOf(scan));
  return loss === undefined ? plan : { ...plan, loss };
}
