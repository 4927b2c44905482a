import { Readable } from 'node:stream';
import { dirname } from 'node:path/posix';
import { extractMaterial } from '@lectern/db/jobs/extract';
import { findMaterialSource } from '@lectern/db/postgres/material-source';
import { replacePages } from '@lectern/db/postgres/pages';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker } from '../runtime/define-worker.ts';
import { decodeText } from './decode-text.ts';
import { readAtMost } from './read-at-most.ts';
import { splitPages } from './split-pages.ts';

/** More text than any book has; what is larger is not text for reading. */
const mostBytes = 64 * 1024 * 1024;

export const extractWorker = defineWorker({
  name: 'extract',
  job: extractMaterial,
  concurrency: 4,
  handle: async ({ payload, store, signal, log }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const bytes = await readAtMost(
      await store.objects.read(material.object_key),
      mostBytes,
      signal,
    );
    if (bytes === undefined) {
      throw new Cancel(
        'text_too_large',
        'This text is larger than 64 MB. Split it into several files.',
      );
    }
    const text = decodeText(bytes);
    const pages = splitPages(text, { hasHeadings: material.media_type === 'text/markdown' });
    await store.objects.write(
      `${dirname(material.object_key)}/processed.txt`,
      Readable.from([Buffer.from(text)]),
    );
    log.info({ pages: pages.length, bytes: bytes.length }, 'read material');
    return (tx) => replacePages(tx, material.id, pages);
  },
});
