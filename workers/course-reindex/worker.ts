import { reindexCourse } from '@lectern/db/jobs/course';
import {
  countMaterials,
  holdPages,
  keepPlace,
  listMaterialIds,
} from '@lectern/db/postgres/reindexing';
import { settleNow } from '../course-settle/settle-now.ts';
import { cutPages } from '../indexing/cut-pages.ts';
import { writeIndex } from '../indexing/write-index.ts';
import { type Context, defineWorker } from '../runtime/define-worker.ts';

export const reindexCourseWorker = defineWorker({
  name: 'course-reindex',
  job: reindexCourse,
  concurrency: 2,
  handle: async (context) => {
    const { payload, store, signal, log, progress } = context;
    const { courseId, afterId } = payload;
    let { done, total } = await countMaterials(store.postgres, courseId, afterId);
    for (let at = afterId; ;) {
      const ids = await listMaterialIds(store.postgres, courseId, at);
      if (ids.length === 0) break;
      for (const id of ids) {
        signal.throwIfAborted();
        await reindexMaterial(context, { id, courseId });
        done++;
        // The nodes, which come last, are one step.
        progress(done / (Math.max(done, total) + 1));
      }
      at = ids.at(-1);
    }
    await settleNow(context, { courseId, isWhole: true });
    log.info({ courseId, materials: done }, 'indexed course anew');
  },
});

/** What search found before, it finds until the new is there. */
async function reindexMaterial(
  { run, signal, save }: Context<unknown>,
  { id, courseId }: { readonly id: string; readonly courseId: string },
): Promise<void> {
  await save(async (tx) => {
    const pages = await holdPages(tx, id);
    if (pages !== undefined && pages.length > 0) {
      await writeIndex(tx, { id, courseId }, await cutPages(pages, { signal }));
    }
    await keepPlace(tx, run, id);
  });
}
