import { Type } from 'typebox';
import { defineJob, Id } from './define-job.ts';

/** Removes files of a material: all when its row is gone, else what was made of originals that it had before. */
export const removeMaterialFiles = defineJob({
  name: 'material.remove',
  payload: Type.Object({ courseId: Id, materialId: Id }, { additionalProperties: false }),
});
