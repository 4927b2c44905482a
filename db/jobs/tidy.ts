import { Type } from 'typebox';
import { defineJob } from './define-job.ts';

/** Removes what nobody needs any more: ended runs without a subject, expired sessions, old snapshots, stray uploads. */
export const tidySystem = defineJob({
  name: 'system.tidy',
  payload: Type.Object({}, { additionalProperties: false }),
});
