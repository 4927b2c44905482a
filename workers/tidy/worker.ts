import { tidySystem } from '@lectern/db/jobs/tidy';
import { deleteExpiredKeys } from '@lectern/db/postgres/idempotency';
import { deleteEndedRuns, deleteExpiredSessions } from '@lectern/db/postgres/tidy';
import { defineWorker } from '../runtime/define-worker.ts';
import { removeStrayObjects } from './remove-stray-objects.ts';

const dayMs = 24 * 60 * 60_000;

export const tidyWorker = defineWorker({
  name: 'tidy',
  job: tidySystem,
  concurrency: 1,
  handle: async ({ store, signal, log }) => {
    const dayAgo = new Date(Date.now() - dayMs);
    const runs = await deleteEndedRuns(store.postgres, dayAgo);
    const keys = await deleteExpiredKeys(store.postgres);
    const sessions = await deleteExpiredSessions(store.postgres, new Date());
    const objects = await removeStrayObjects(store, dayAgo, signal);
    log.info({ runs, keys, sessions, objects }, 'tidied up');
  },
});
