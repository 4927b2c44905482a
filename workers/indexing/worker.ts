import { setImmediate as breathe } from 'node:timers/promises';
import { indexMaterial } from '@lectern/db/jobs/indexing';
import { type Chunk, replaceChunks } from '@lectern/db/postgres/chunks';
import { findMaterialSource, setMaterialLanguage } from '@lectern/db/postgres/material-source';
import { listPages } from '@lectern/db/postgres/pages';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker } from '../runtime/define-worker.ts';
import { chunkText } from './chunk-text.ts';
import { detectLanguage } from './detect-language.ts';
import { guessLanguage } from './guess-language.ts';
import { joinPieces } from './join-pieces.ts';

const codes = { english: 'en', russian: 'ru', simple: null } as const;

export const indexingWorker = defineWorker({
  name: 'index',
  job: indexMaterial,
  concurrency: 4,
  handle: async ({ payload, store, signal, log, progress }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const pages = await listPages(store.postgres, material.id);
    const chunks: Chunk[] = [];
    const sections = joinPieces(pages);
    for (const [i, { text, place }] of sections.entries()) {
      signal.throwIfAborted();
      for (const piece of chunkText(text)) {
        chunks.push({ text: piece, place, language: detectLanguage(piece) });
      }
      progress(i / sections.length);
      await breathe();
    }
    const beginning = pages
      .map(({ text }) => text)
      .join('\n')
      .slice(0, 100_000);
    const language = guessLanguage(beginning) ?? codes[detectLanguage(beginning)];
    log.info({ pages: pages.length, chunks: chunks.length }, 'indexed material');
    return async (tx) => {
      await replaceChunks(tx, { id: material.id, courseId: material.course_id }, chunks);
      await setMaterialLanguage(tx, material.id, language);
    };
  },
});
