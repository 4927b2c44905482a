import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Makes of captions what is read and searched: passages that know their second. */
export const captionMaterial = defineJob({
  name: 'material.captions',
  payload: MaterialPayload,
});
