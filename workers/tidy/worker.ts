import { tidySystem } from '@lectern/db/jobs/tidy';
import { deleteOldImports } from '@lectern/db/postgres/course-imports';
import { deleteExpiredKeys } from '@lectern/db/postgres/idempotency';
import { deleteExpiredProofs } from '@lectern/db/postgres/mailbox-proofs';
import { thinSnapshots } from '@lectern/db/postgres/snapshots';
import {
  deleteEndedRuns,
  deleteExpiredInvitations,
  deleteExpiredSessions,
  deleteExpiredTokens,
} from '@lectern/db/postgres/tidy';
import { deleteIdleStorageUse } from '@lectern/db/postgres/storage-use';
import { deleteAbandonedUploads, uploadKeptMs } from '@lectern/db/postgres/uploads';
import { defineWorker } from '../runtime/define-worker.ts';
import { purgeCourses } from './purge-courses.ts';
import { removeExpiredCourseExports } from './remove-expired-course-exports.ts';
import { removeExpiredExports } from './remove-expired-exports.ts';
import {
  courseExportFiles,
  courseImportFiles,
  exportFiles,
  materialFiles,
  removeStrayObjects,
  uploadFiles,
} from './remove-stray-objects.ts';

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
    const snapshots = await thinSnapshots(postgres, now);
    const exports =
      (await removeExpiredExports(store, { now, signal })) +
      (await removeExpiredCourseExports(store, { now, signal }));
    const imports = await deleteOldImports(postgres, monthAgo);
    const uploads = await deleteAbandonedUploads(postgres, new Date(now.getTime() - uploadKeptMs));
    await deleteIdleStorageUse(postgres);
    const stray = { olderThan: dayAgo, signal };
    const objects =
      (await removeStrayObjects(store, materialFiles, stray)) +
      (await removeStrayObjects(store, exportFiles, stray)) +
      (await removeStrayObjects(store, courseExportFiles, stray)) +
      (await removeStrayObjects(store, courseImportFiles, stray)) +
      (await removeStrayObjects(store, uploadFiles, stray));
    log.info(
      {
        runs,
        keys,
        sessions,
        proofs,
        tokens,
        invitations,
        courses,
        snapshots,
        exports,
        imports,
        uploads,
        objects,
      },
      'tidied up',
    );
  },
});
