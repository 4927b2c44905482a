import { probeMaterial } from '@lectern/db/jobs/probe';
import { findMaterialSource } from '@lectern/db/postgres/material-source';
import { setMediaInfo } from '@lectern/db/postgres/videos';
import { Cancel } from '@lectern/db/queue/outcomes';
import { mediaFirstPiece, mediaSound } from '../media/engines.ts';
import { openSource } from '../media/open-source.ts';
import { probeMedia } from '../media/probe-media.ts';
import { defineWorker } from '../runtime/define-worker.ts';
import { prepareChild } from '../sandbox/spare-children.ts';

export const probeWorker = defineWorker({
  name: 'probe',
  job: probeMaterial,
  concurrency: 4,
  handle: async ({ payload, run, store, signal, log }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    // What comes next waits for nothing then.
    void prepareChild(mediaFirstPiece);
    void prepareChild(mediaSound);
    await using source = await openSource(store.objects, material.object_key, signal);
    const info = await probeMedia(source.path, { signal, asker: run.owner ?? run.id });
    const { picture, sounds, subtitles, durationS } = info;
    const streams = { sounds: sounds.length, subtitles: subtitles.length };
    log.info({ picture: picture?.codec, ...streams, durationS }, 'probed');
    return (tx) => setMediaInfo(tx, material.id, info);
  },
});
