import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Reads a material's text and where it stands, as pages. */
export const extractMaterial = defineJob({
  name: 'material.extract',
  payload: MaterialPayload,
});
