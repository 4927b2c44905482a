import { indexMaterial } from '@lectern/db/jobs/indexing';
import { findMaterialSource } from '@lectern/db/postgres/material-source';
import { listPages } from '@lectern/db/postgres/pages';
import { isSuperseded } from '@lectern/db/postgres/runs';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker } from '../runtime/define-worker.ts';
import { cutPages } from './cut-pages.ts';
import { writeIndex } from './write-index.ts';

export const indexingWorker = defineWorker({
  name: 'index',
  job: indexMaterial,
  concurrency: 4,
  handle: async ({ payload, run, store, signal, log, progress }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const pages = await listPages(store.postgres, material.id);
    const cut = await cutPages(pages, { signal, progress });
    log.info({ pages: pages.length, chunks: cut.chunks.length }, 'indexed material');
    return async (tx) => {
      if (await isSuperseded(tx, run)) return;
      await writeIndex(tx, { id: material.id, courseId: material.course_id }, cut);
    };
  },
});
