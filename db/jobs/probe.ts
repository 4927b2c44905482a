import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Looks at what is in a recording: how long it plays, its picture, its sound, its subtitles. */
export const probeMaterial = defineJob({
  name: 'material.probe',
  payload: MaterialPayload,
});
