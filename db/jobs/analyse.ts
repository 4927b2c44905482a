import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Says what a material's text is like: how hard to read, what about, in what mood. */
export const analyseMaterial = defineJob({
  name: 'material.analyse',
  payload: MaterialPayload,
});
