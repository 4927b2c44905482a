import { dirname } from 'node:path/posix';
import { thumbnailMaterial } from '@lectern/db/jobs/thumbnail';
import type { MediaInfo } from '@lectern/db/materials/media-info';
import type { Store } from '@lectern/db/open';
import { findMaterialSource, type MaterialSource } from '@lectern/db/postgres/material-source';
import { findMediaInfo } from '@lectern/db/postgres/videos';
import { Cancel } from '@lectern/db/queue/outcomes';
import { firstSlides } from '../extract/office/first-slide/drawn.ts';
import { pdfPages } from '../extract/pdf/rendered.ts';
import { openSource } from '../media/open-source.ts';
import { defineWorker } from '../runtime/define-worker.ts';
import { openReading } from '../sandbox/open-reading.ts';
import { readWhenAsked } from '../sandbox/read-when-asked.ts';
import { drawFrames } from './draw-frames.ts';
import { thumbnails } from './thumbnail-engine.ts';

export const thumbnailWorker = defineWorker({
  name: 'thumbnail',
  job: thumbnailMaterial,
  concurrency: 4,
  handle: async ({ payload, run, store, signal, log }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const waiting = { asker: run.owner ?? run.id, signal };
    const info = await findMediaInfo(store.postgres, material.id);
    const isMade =
      info === undefined
        ? await makeThumbnail(store, material, waiting)
        : await makePoster(store, { material, info }, waiting);
    log.info({ isMade }, 'made a thumbnail');
  },
});

const sidePx = 480;
/** What stands in a player before it plays. */
const posterPx = 1_280;

/** A frame of a video, small and large; sound has none. */
async function makePoster(
  { objects }: Pick<Store, 'objects'>,
  { material, info }: { readonly material: MaterialSource; readonly info: MediaInfo },
  waiting: { readonly asker: string; readonly signal: AbortSignal },
): Promise<boolean> {
  if (info.picture === undefined) return false;
  await using source = await openSource(objects, material.object_key, waiting.signal);
  const sizes = [
    { name: 'thumbnail.jpg', sidePx },
    { name: 'poster.jpg', sidePx: posterPx },
  ];
  const folder = dirname(material.object_key);
  return await drawFrames(
    source.path,
    { info, sizes },
    { ...waiting, keep: (name, file) => objects.write(`${folder}/${name}`, file) },
  );
}

/** Kinds of which there is nothing to draw end without one. */
async function makeThumbnail(
  { objects }: Pick<Store, 'objects'>,
  material: MaterialSource,
  waiting: Pick<Drawing, 'asker' | 'signal'>,
): Promise<boolean> {
  const draw = drawingOf(material.media_type);
  if (draw === undefined) return false;
  await draw(readWhenAsked(objects, material.object_key), {
    ...waiting,
    keep: (file) => objects.write(`${dirname(material.object_key)}/thumbnail.jpg`, file),
  });
  return true;
}

type Drawing = {
  /** Whose turn it has to be. A second reading within the first takes none. */
  readonly asker?: string;
  readonly signal: AbortSignal;
  readonly keep: (file: AsyncIterable<Uint8Array>) => Promise<unknown>;
};

type Draw = (original: AsyncIterable<Uint8Array>, drawing: Drawing) => Promise<void>;

function drawingOf(mediaType: string): Draw | undefined {
  if (mediaType.startsWith('image/')) return shrink;
  if (mediaType === 'application/pdf') return drawFirstPage;
  return /powerpoint|presentationml/.test(mediaType) ? drawFirstSlide : undefined;
}

const firstPage = { pages: [1], as: 'jpeg', dpi: 100, mostPixels: 4_000_000, mostSide: sidePx };

async function drawFirstPage(
  source: AsyncIterable<Uint8Array>,
  { asker, signal, keep }: Drawing,
): Promise<void> {
  await using reading = await openReading(pdfPages, { source, signal, asker, ask: firstPage });
  for await (const told of reading.messages) {
    if (told.kind === 'loss') throw new Cancel(told.code, told.message);
    await keep(reading.read(told.fileName));
  }
}

async function drawFirstSlide(source: AsyncIterable<Uint8Array>, drawing: Drawing): Promise<void> {
  const { asker, ...within } = drawing;
  const { signal } = drawing;
  await using reading = await openReading(firstSlides, { source, signal, asker });
  for await (const { fileName } of reading.messages) {
    await shrink(reading.read(fileName), within);
  }
}

async function shrink(
  source: AsyncIterable<Uint8Array>,
  { asker, signal, keep }: Drawing,
): Promise<void> {
  await using reading = await openReading(thumbnails, { source, signal, asker, ask: { sidePx } });
  for await (const { fileName } of reading.messages) {
    await keep(reading.read(fileName));
  }
}
