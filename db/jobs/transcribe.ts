import { Type } from 'typebox';
import { defineJob, Id } from './define-job.ts';

/** Writes down what is said in a recording, or takes the subtitles that come with it. */
export const transcribeMaterial = defineJob({
  name: 'material.transcribe',
  payload: Type.Object(
    {
      materialId: Id,
      /** In place of what its authors have edited. */
      isAnew: Type.Optional(Type.Boolean()),
      /** Even where there are subtitles. */
      from: Type.Optional(Type.Literal('speech')),
    },
    { additionalProperties: false },
  ),
  // A server that is started again comes back within some minutes.
  retry: { attempts: 8, delayMs: 5_000, maxDelayMs: 10 * 60_000 },
  // A whole day on a small machine; what is done is kept.
  deadlineMs: 12 * 60 * 60_000,
});
