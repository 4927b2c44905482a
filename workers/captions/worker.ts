import { dirname } from 'node:path/posix';
import { Readable } from 'node:stream';
import { draftRemark } from '@lectern/db/captions/draft-remark';
import { toPages } from '@lectern/db/captions/to-pages';
import { writeVtt } from '@lectern/db/captions/write-captions';
import { writeTranscript } from '@lectern/db/captions/write-transcript';
import { captionMaterial } from '@lectern/db/jobs/captions';
import type { Store } from '@lectern/db/open';
import { findCaptions, listCues } from '@lectern/db/postgres/captions';
import { findMaterialSource, type MaterialSource } from '@lectern/db/postgres/material-source';
import { replacePages } from '@lectern/db/postgres/pages';
import { isSuperseded } from '@lectern/db/postgres/runs';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker } from '../runtime/define-worker.ts';

export const captionsWorker = defineWorker({
  name: 'captions',
  job: captionMaterial,
  concurrency: 4,
  handle: async ({ payload, run, store, log }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const cues = await writeFiles(store, material);
    const pages = toPages(cues);
    log.info({ cues: cues.length, pages: pages.length }, 'made captions');
    return async (tx) => {
      if (await isSuperseded(tx, run)) return;
      await replacePages(tx, material.id, pages);
    };
  },
});

/** The captions that are searched, as files beside the recording; rows are the truth. */
async function writeFiles(
  { postgres, objects }: Pick<Store, 'postgres' | 'objects'>,
  material: MaterialSource,
) {
  const captions = await findCaptions(postgres, material.id);
  const cues = captions ? await listCues(postgres, material.id, captions.language) : [];
  const folder = dirname(material.object_key);
  const write = (name: string, text: string) =>
    objects.write(`${folder}/${name}`, Readable.from([Buffer.from(text)]));
  const remark = captions?.is_draft === true ? draftRemark : undefined;
  await write('captions.vtt', writeVtt(cues, { remark }));
  await write('processed.txt', writeTranscript(cues));
  return cues;
}
