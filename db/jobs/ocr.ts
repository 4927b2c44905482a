import { defineJob } from './define-job.ts';
import { MaterialPayload } from './material-payload.ts';

/** Reads what stands in pictures: an image, pages that were scanned, pictures of a presentation. */
export const ocrMaterial = defineJob({
  name: 'material.ocr',
  payload: MaterialPayload,
  // A book of a thousand pages on a small machine; what is done is kept.
  deadlineMs: 6 * 60 * 60_000,
});
