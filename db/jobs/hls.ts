import { Type } from 'typebox';
import { defineJob, Id } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Makes a recording into one that is streamed: plans its pieces, makes the first of them and the sound. */
export const hlsMaterial = defineJob({
  name: 'material.hls',
  payload: MaterialPayload,
  // The sound of a whole day on a slow machine.
  deadlineMs: 4 * 60 * 60_000,
});

/** Makes one piece of a video's picture, in all its renditions. */
export const makeVideoPiece = defineJob({
  name: 'video.piece',
  payload: Type.Object(
    { materialId: Id, round: Type.Integer(), piece: Type.Integer({ minimum: 0 }) },
    { additionalProperties: false },
  ),
  deadlineMs: 3 * 60 * 60_000,
});
