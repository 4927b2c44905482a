import { tidySystem } from '@lectern/db/jobs/tidy';
import { deleteExpiredKeys } from '@lectern/db/postgres/idempotency';
import { deleteExpiredProofs } from '@lectern/db/postgres/mailbox-proofs';
import {
  deleteEndedRuns,
  deleteExpiredInvitations,
  deleteExpiredSessions,
  deleteExpiredTokens,
} from '@lectern/db/postgres/tidy';
import { defineWorker } from '../runtime/define-worker.ts';
import { purgeCourses } from './purge-courses.ts';
import { removeExpiredExports } from './remove-expired-exports.ts';
import { exportFiles, materialFiles, removeStrayObjects } from './remove-stray-objects.ts';

const dayMs = 24 * 60 * 60_000;

export const tidyWorker = defineWorker({
  name: 'tidy',
  job: tidySystem,
  concurrency: 1,
  handle: async ({ store, signal, log }) => {
    const { postgres } = store;
    const now = new Date();
    const dayAgo = new Date(now.getTime() - dayMs);
    const monthAgo = new Date(now.getTime() - 30 * dayMs);
    const runs = await deleteEndedRuns(postgres, dayAgo);
    const keys = await deleteExpiredKeys(postgres);
    const sessions = await deleteExpiredSessions(postgres, now);
    const proofs = await deleteExpiredProofs(postgres);
    const tokens = await deleteExpiredTokens(postgres, monthAgo);
    const invitations = await deleteExpiredInvitations(postgres, monthAgo);
    const courses = await purgeCourses(store, signal);
    const exports = await removeExpiredExports(store, { now, signal });
    const stray = { olderThan: dayAgo, signal };
    const objects =
      (await removeStrayObjects(store, materialFiles, stray)) +
      (await removeStrayObjects(store, exportFiles, stray));
    log.info(
      { runs, keys, sessions, proofs, tokens, invitations, courses, exports, objects },
      'tidied up',
    );
  },
});
