import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Reads a material's text and where it stands, as pages. */
export const extractMaterial = defineJob({
  name: 'material.extract',
  payload: MaterialPayload,
  // Longer than a reader is given, so that it is the one that says why.
  deadlineMs: 20 * 60_000,
});
