import { dirname } from 'node:path/posix';
import { storyboardMaterial } from '@lectern/db/jobs/storyboard';
import { findMaterialSource } from '@lectern/db/postgres/material-source';
import { findStoryboard, setStoryboard } from '@lectern/db/postgres/storyboards';
import { findMediaInfo } from '@lectern/db/postgres/videos';
import { Cancel } from '@lectern/db/queue/outcomes';
import { openSource } from '../media/open-source.ts';
import { scanMedia } from '../media/scan-media.ts';
import { defineWorker } from '../runtime/define-worker.ts';
import { drawStoryboard } from './draw-storyboard.ts';
import { planStoryboard } from './plan-storyboard.ts';

export const storyboardWorker = defineWorker({
  name: 'storyboard',
  job: storyboardMaterial,
  concurrency: 2,
  handle: async ({ payload, run, store, signal, log }) => {
    const { postgres, objects } = store;
    const material = await findMaterialSource(postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const info = await findMediaInfo(postgres, material.id);
    if (info?.picture === undefined) return undefined;
    const { picture } = info;
    await using source = await openSource(objects, material.object_key, signal);
    const waiting = { signal, asker: run.owner ?? run.id };
    const { pictureEndS, soundEndS } = await scanMedia(source.path, info, waiting);
    const durationS = Math.max(pictureEndS, soundEndS);
    const planned = planStoryboard(picture, durationS);
    const folder = `${dirname(material.object_key)}/storyboard`;
    const sheets: string[] = [];
    await drawStoryboard(
      { path: source.path, picture, durationS, planned },
      {
        ...waiting,
        keep: async (sheet, file) => {
          const key = `${folder}/${run.id}-${sheet}.jpg`;
          await objects.write(key, file);
          sheets.push(key);
        },
      },
    );
    const before = await findStoryboard(postgres, material.id);
    const kept = new Set([...sheets, ...(before?.sheets ?? [])]);
    for await (const { key } of objects.list(`${folder}/`)) {
      if (!kept.has(key)) await objects.remove(key);
    }
    log.info({ pictures: planned.count, sheets: sheets.length }, 'made a storyboard');
    return (tx) => setStoryboard(tx, material.id, { ...planned, sheets });
  },
});
