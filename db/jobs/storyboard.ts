import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Makes the small pictures by which people see where in a video they are about to go. */
export const storyboardMaterial = defineJob({
  name: 'material.storyboard',
  payload: MaterialPayload,
  deadlineMs: 2 * 60 * 60_000,
});
