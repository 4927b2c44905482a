import { deleteAccount } from '@lectern/db/jobs/account';
import { findOwnedCourse } from '@lectern/db/postgres/account-courses';
import {
  deleteCourseFiles,
  deleteExports,
  deleteWatched,
  finishDeletion,
  handOverMaterials,
} from '@lectern/db/postgres/account-deletion';
import { forgetRuns } from '@lectern/db/postgres/account-runs';
import { courseExportsFolder } from '@lectern/db/postgres/course-exports';
import { courseImportsFolder } from '@lectern/db/postgres/course-imports';
import { findDeletion } from '@lectern/db/postgres/deletions';
import { Snooze } from '@lectern/db/queue/outcomes';
import { type Context, defineWorker } from '../runtime/define-worker.ts';
import { removeCourse } from './remove-course.ts';
import { removeObjects } from './remove-objects.ts';
import { sayGoodbye } from './say-goodbye.ts';

const patienceMs = 1_000;

/**
 * Removes an account and what only it owns, and completes the receipt. Each step looks for what is
 * still there and counts what it removes in its own transaction, so a later try goes on where a
 * killed one was.
 */
export const deleteAccountWorker = defineWorker({
  name: 'account-deletion',
  job: deleteAccount,
  concurrency: 1,
  handle: async (context) => {
    const { payload, run, store, signal, log, save } = context;
    const deletion = await findDeletion(store.postgres, payload.deletionId);
    if (deletion === undefined || deletion.finished_at !== null) return;
    const { user_id: userId } = deletion;

    // First: an import that is under way would make courses while they are removed.
    await save((tx) => deleteCourseFiles(tx, deletion));
    await save((tx) => deleteWatched(tx, deletion));
    const nextCourse = () => findOwnedCourse(store.postgres, userId);
    for (let id = await nextCourse(); id !== undefined; id = await nextCourse()) {
      await removeCourse({ store, signal, save, deletion }, id);
    }
    await save((tx) => handOverMaterials(tx, deletion));
    await save((tx) => deleteExports(tx, deletion));
    for (const folder of ['exports', courseExportsFolder, courseImportsFolder]) {
      await removeObjects(store.objects, `${folder}/${userId}/`, signal);
    }
    await forgetAllRuns(context, userId);
    await sayGoodbye(context, deletion);
    log.info('removed an account');

    return async (tx) => {
      if (await finishDeletion(tx, deletion, run.request_id)) return;
      throw new Snooze(new Date(Date.now() + patienceMs));
    };
  },
});

async function forgetAllRuns({ save }: Pick<Context<unknown>, 'save'>, userId: string) {
  for (;;) {
    let forgotten = 0;
    await save(async (tx) => {
      forgotten = await forgetRuns(tx, userId);
    });
    if (forgotten === 0) return;
  }
}
