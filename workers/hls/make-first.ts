import { availableParallelism } from 'node:os';
import type { VideoPlan } from '@lectern/db/materials/video-plan';
import {
  addVideoSegments,
  endVideoPiece,
  listVideoPieces,
  type NewSegment,
} from '@lectern/db/postgres/video-pieces';
import {
  dropVideoSound,
  endVideoSound,
  hasOpenSound,
  measureVideo,
} from '@lectern/db/postgres/video-progress';
import { setPlan } from '@lectern/db/postgres/video-rounds';
import { Cancel } from '@lectern/db/queue/outcomes';
import { chooseEncoder } from '../media/choose-encoder.ts';
import type { Context } from '../runtime/define-worker.ts';
import type { VideoWork } from './begin-video.ts';
import type { Keeping } from './keep-segment.ts';
import { makePiece } from './make-piece.ts';
import { makeSound } from './make-sound.ts';
import { toPlanned } from './to-planned.ts';

type Work = Context<unknown>;

/** Makes the first piece, which somebody may wait for, with all that the machine has. */
export async function makeFirstPiece(
  work: Work,
  { materialId, info, path }: VideoWork,
  { plan, keeping }: { readonly plan: VideoPlan; readonly keeping: Keeping },
): Promise<void> {
  const { store, signal } = work;
  const [first] = await listVideoPieces(store.postgres, materialId);
  const { picture, startS } = info;
  if (first === undefined || first.isDone || picture === undefined) return;
  const encoder = await chooseEncoder(store.config);
  const segments = await makePiece(
    {
      picture,
      startS,
      plan,
      path,
      encoder,
      piece: toPlanned(first),
      number: first.piece,
      isUrgent: true,
      threads: Math.min(16, availableParallelism()),
    },
    keeping,
    { signal },
  );
  await work.save(async (tx) => {
    await addVideoSegments(tx, materialId, segments);
    await endVideoPiece(tx, { materialId, piece: first.piece, toS: first.to_s });
  });
  work.progress(await measureVideo(store.postgres, materialId));
}

/** Often enough for those who watch it grow. */
const saveEveryMs = 500;

/** Makes all of the sound; what of it is there can be played meanwhile. */
export async function makeAllSound(
  work: Work,
  { materialId, info, path }: VideoWork,
  keeping: Keeping,
): Promise<void> {
  const { store, signal } = work;
  if (!(await hasOpenSound(store.postgres, materialId))) return;
  let waiting: NewSegment[] = [];
  let savedAt = 0;
  const save = async () => {
    const segments = waiting;
    waiting = [];
    savedAt = Date.now();
    await work.save((tx) => addVideoSegments(tx, materialId, segments));
    work.progress(await measureVideo(store.postgres, materialId));
  };
  await makeSound(
    {
      path,
      info,
      keep: async (segment) => {
        waiting.push(segment);
        if (Date.now() - savedAt >= saveEveryMs) await save();
      },
    },
    keeping,
    { signal },
  );
  await save();
  await work.save((tx) => endVideoSound(tx, materialId));
}

/** A picture whose sound nobody can read is played without it. */
export async function goWithoutSound(
  work: Work,
  { materialId, info }: VideoWork,
  { error, plan }: { readonly error: unknown; readonly plan: VideoPlan },
): Promise<void> {
  if (!(error instanceof Cancel) || info.picture === undefined) throw error;
  const message = `The sound of this recording could not be read. ${error.message}`;
  await work.save(async (tx) => {
    await dropVideoSound(tx, materialId);
    await setPlan(tx, materialId, { ...plan, loss: { code: error.code, message } });
  });
}
