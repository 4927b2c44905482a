import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Cuts a material's pages into chunks that search can find. */
export const indexMaterial = defineJob({
  name: 'material.index',
  payload: MaterialPayload,
});
