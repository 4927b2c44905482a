import { Type } from 'typebox';
import { defineJob, Id } from './define-job.ts';

/** Puts all that is held about a person into a zip. */
export const exportAccount = defineJob({
  name: 'account.export',
  payload: Type.Object({ exportId: Id }, { additionalProperties: false }),
  deadlineMs: 60 * 60_000,
});

/** Removes an account and what only it owns, and writes a receipt. */
export const deleteAccount = defineJob({
  name: 'account.delete',
  payload: Type.Object({ deletionId: Id }, { additionalProperties: false }),
  deadlineMs: 60 * 60_000,
});
