import { copyCourseFiles } from '@lectern/db/jobs/course';
import { ObjectMissing } from '@lectern/db/objects/objects';
import { copyEditedCaptions } from '@lectern/db/postgres/captions';
import { type FileToCopy, listFilesToCopy } from '@lectern/db/postgres/copied-files';
import { addMaterials, isCourseGone, isDuplicate } from '@lectern/db/postgres/materials';
import { QuotaExceeded } from '@lectern/db/postgres/storage-use';
import { type Context, defineWorker } from '../runtime/define-worker.ts';

type Copying = Pick<Context<unknown>, 'store' | 'run' | 'signal' | 'save' | 'log'>;

/** Copies the files of a course one after the other; each is read and indexed like an upload. */
export const copyCourseFilesWorker = defineWorker({
  name: 'course-copy',
  job: copyCourseFiles,
  concurrency: 2,
  handle: async (context) => {
    const { payload, store, signal, log, progress } = context;
    const files = await listFilesToCopy(store.postgres, payload);
    let copied = 0;
    for (const [done, file] of files.entries()) {
      signal.throwIfAborted();
      progress(done / files.length);
      if (await copy(context, file)) copied++;
    }
    log.info({ courseId: payload.courseId, files: files.length, copied }, 'copied files');
  },
});

/** False for what is lost, and for what somebody brought to the copy, or deleted, meanwhile. */
async function copy(
  { store: { objects, config }, run, signal, save, log }: Copying,
  { fromId, fromKey, material }: FileToCopy,
): Promise<boolean> {
  try {
    await objects.write(material.object_key, await objects.read(fromKey), { signal });
  } catch (error) {
    if (!(error instanceof ObjectMissing)) throw error;
    log.warn({ materialId: material.id, key: fromKey }, 'a file was not there to be copied');
    return false;
  }
  const author = { userId: material.owner_id, requestId: run.request_id, address: null };
  try {
    await save(async (tx) => {
      await addMaterials(tx, [material], author, config);
      await copyEditedCaptions(tx, { fromId, toId: material.id });
    });
    return true;
  } catch (error) {
    const isRefused = error instanceof QuotaExceeded;
    if (!isDuplicate(error) && !isCourseGone(error) && !isRefused) throw error;
    await objects.remove(material.object_key);
    if (isRefused) throw error;
    return false;
  }
}
