import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Makes the small picture by which people recognise a material. */
export const thumbnailMaterial = defineJob({
  name: 'material.thumbnail',
  payload: MaterialPayload,
});
