import { dirname } from 'node:path/posix';
import { removeMaterialFiles } from '@lectern/db/jobs/remove';
import { findLastEnd, folderOf } from '@lectern/db/postgres/material-removal';
import { findMaterialSource } from '@lectern/db/postgres/material-source';
import { Snooze } from '@lectern/db/queue/outcomes';
import { removeObjects } from '../account-deletion/remove-objects.ts';
import { type Context, defineWorker } from '../runtime/define-worker.ts';
import { isLeftover } from './is-leftover.ts';

/** A worker that has lost its run knows it by then, and has left what it was writing. */
const patienceMs = 30_000;

/**
 * Removes what is stored of a material and no longer of use: all of it once its row is gone, else what was
 * made of originals before the one that it has. Again after those that worked on it have left.
 */
export const removeMaterialWorker = defineWorker({
  name: 'material-removal',
  job: removeMaterialFiles,
  concurrency: 2,
  handle: async ({ payload, store, signal, log }) => {
    const { courseId, materialId } = payload;
    const root = folderOf({ id: materialId, course_id: courseId });
    const material = await findMaterialSource(store.postgres, materialId);
    if (material === undefined) await removeObjects(store.objects, root, signal);
    else await removeLeftovers({ store, signal }, { root, key: material.object_key });
    const endedAt = await findLastEnd(store.postgres, materialId);
    const until = (endedAt?.getTime() ?? 0) + patienceMs;
    if (until > Date.now()) throw new Snooze(new Date(until));
    log.info({ materialId, isGone: material === undefined }, 'removed files of a material');
  },
});

async function removeLeftovers(
  { store, signal }: Pick<Context<unknown>, 'store' | 'signal'>,
  { root, key }: { readonly root: string; readonly key: string },
): Promise<void> {
  const folders = { root, current: `${dirname(key)}/` };
  for await (const object of store.objects.list(root)) {
    signal.throwIfAborted();
    if (isLeftover(object.key, folders)) await store.objects.remove(object.key);
  }
}
