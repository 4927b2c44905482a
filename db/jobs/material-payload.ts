import { Type } from 'typebox';
import { Id } from './define-job.ts';

/** What every stage of the material pipeline is given. */
export const MaterialPayload = Type.Object({ materialId: Id }, { additionalProperties: false });
