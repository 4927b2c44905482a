import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Fetches a material's file from the address that was given for it. */
export const fetchMaterial = defineJob({
  name: 'material.fetch',
  payload: MaterialPayload,
  deadlineMs: 60 * 60_000,
});
