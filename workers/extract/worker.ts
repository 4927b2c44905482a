import { availableParallelism } from 'node:os';
import { extractMaterial } from '@lectern/db/jobs/extract';
import { findMaterialSource, setFileFacts } from '@lectern/db/postgres/material-source';
import { replaceReadPages } from '@lectern/db/postgres/pages';
import { noteLoss } from '@lectern/db/postgres/run-ends';
import { replaceScans } from '@lectern/db/postgres/scans';
import { takeSidecar } from '@lectern/db/postgres/sidecars';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker } from '../runtime/define-worker.ts';
import { engines } from './engines.ts';
import { readDocument } from './read-document.ts';
import { readText } from './read-text.ts';

export const extractWorker = defineWorker({
  name: 'extract',
  job: extractMaterial,
  // Of these, so many are read at a time as there are cores: each owner's in turn.
  concurrency: 4 * availableParallelism(),
  handle: async ({ payload, run, store, signal, log, progress }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const asker = run.owner ?? run.id;
    const engine = engines[material.media_type];
    const { facts, pages, scans, losses } =
      engine === undefined
        ? await readText(store, { material, signal })
        : await readDocument(store, { engine, material, asker, signal, progress });
    log.info({ pages: pages.length, scans: scans.length, losses: losses.length }, 'read material');
    return async (tx) => {
      await replaceScans(tx, material.id, scans);
      await replaceReadPages(tx, material.id, pages);
      await setFileFacts(tx, material.id, facts);
      const [loss] = losses;
      if (loss !== undefined) await noteLoss(tx, run.id, loss);
      await takeSidecar(tx, material, run);
    };
  },
});
