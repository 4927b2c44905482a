import { Type } from 'typebox';
import { defineJob } from './define-job.ts';

/** Does nothing, so that its arrival shows that relay, queue and workers are alive. */
export const sendCanary = defineJob({
  name: 'system.canary',
  payload: Type.Object({}, { additionalProperties: false }),
  retry: { attempts: 1, delayMs: 0, maxDelayMs: 0 },
  deadlineMs: 10_000,
});
