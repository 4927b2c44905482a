import { indexMaterial } from '@lectern/db/jobs/indexing';
import { replaceChunks } from '@lectern/db/postgres/chunks';
import { findMaterialSource, setMaterialLanguage } from '@lectern/db/postgres/material-source';
import { listPages } from '@lectern/db/postgres/pages';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker } from '../runtime/define-worker.ts';
import { cutPages } from './cut-pages.ts';

export const indexingWorker = defineWorker({
  name: 'index',
  job: indexMaterial,
  concurrency: 4,
  handle: async ({ payload, store, signal, log, progress }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const pages = await listPages(store.postgres, material.id);
    const { chunks, language } = await cutPages(pages, { signal, progress });
    log.info({ pages: pages.length, chunks: chunks.length }, 'indexed material');
    return async (tx) => {
      await replaceChunks(tx, { id: material.id, courseId: material.course_id }, chunks);
      await setMaterialLanguage(tx, material.id, language);
    };
  },
});
