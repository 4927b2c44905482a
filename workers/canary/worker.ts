import { sendCanary } from '@lectern/db/jobs/canary';
import { defineWorker } from '../runtime/define-worker.ts';

export const canaryWorker = defineWorker({
  name: 'canary',
  job: sendCanary,
  concurrency: 2,
  handle: async () => {},
});
