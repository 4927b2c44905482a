import { availableParallelism } from 'node:os';
import { makeVideoPiece } from '@lectern/db/jobs/hls';
import { findMaterialSource } from '@lectern/db/postgres/material-source';
import { addVideoSegments, endVideoPiece, findPieceWork } from '@lectern/db/postgres/video-pieces';
import { endVideoIfWhole, noteVideoProgress } from '@lectern/db/postgres/video-progress';
import { holdVideoRound } from '@lectern/db/postgres/video-rounds';
import { findMediaInfo } from '@lectern/db/postgres/videos';
import { chooseEncoder } from '../media/choose-encoder.ts';
import { openSource } from '../media/open-source.ts';
import { defineWorker } from '../runtime/define-worker.ts';
import { makePiece } from './make-piece.ts';
import { folderOfRound } from './round-folder.ts';
import { toPlanned } from './to-planned.ts';

const cores = availableParallelism();

/** Makes a piece of a video that somebody else has begun. One core each: pieces are many. */
export const videoPieceWorker = defineWorker({
  name: 'video-piece',
  job: makeVideoPiece,
  concurrency: cores,
  handle: async ({ payload, run, store, signal, log }) => {
    const { materialId, round, piece } = payload;
    const { postgres, objects } = store;
    const [material, info] = await Promise.all([
      findMaterialSource(postgres, materialId),
      findMediaInfo(postgres, materialId),
    ]);
    const work = await findPieceWork(postgres, payload);
    const { plan, key } = work ?? { plan: null, key: null };
    const isOver = work === undefined || work.isDone || material === undefined;
    // Deleted, replaced, or made by somebody who was taken for dead.
    if (isOver || info?.picture === undefined || plan === null || key === null) return undefined;
    await using source = await openSource(objects, material.object_key, signal);
    const segments = await makePiece(
      {
        picture: info.picture,
        startS: info.startS,
        plan,
        path: source.path,
        number: piece,
        isUrgent: false,
        piece: toPlanned(work),
        encoder: await chooseEncoder(store.config),
        // Of a short video there are fewer pieces than cores.
        threads: Math.min(4, Math.max(1, Math.floor(cores / work.pieces))),
      },
      { objects, folder: folderOfRound(material, round), key },
      { signal, asker: run.owner ?? run.id },
    );
    log.info({ piece, segments: segments.length }, 'made a piece');
    return async (tx) => {
      if (!(await holdVideoRound(tx, payload))) return;
      await addVideoSegments(tx, materialId, segments);
      await endVideoPiece(tx, { materialId, piece, toS: work.to_s });
      const isWhole = await endVideoIfWhole(tx, materialId);
      if (!isWhole) await noteVideoProgress(tx, materialId);
    };
  },
});
