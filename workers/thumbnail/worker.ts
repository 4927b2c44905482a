import { createReadStream } from 'node:fs';
import { dirname } from 'node:path/posix';
import { Readable } from 'node:stream';
import { thumbnailMaterial } from '@lectern/db/jobs/thumbnail';
import type { Store } from '@lectern/db/open';
import { findMaterialSource, type MaterialSource } from '@lectern/db/postgres/material-source';
import { Cancel } from '@lectern/db/queue/outcomes';
import { firstSlides } from '../extract/office/first-slide/drawn.ts';
import { pdfPages } from '../extract/pdf/rendered.ts';
import { defineWorker } from '../runtime/define-worker.ts';
import { openReading } from '../sandbox/open-reading.ts';
import { thumbnails } from './thumbnail-engine.ts';

export const thumbnailWorker = defineWorker({
  name: 'thumbnail',
  job: thumbnailMaterial,
  concurrency: 2,
  handle: async ({ payload, store, signal, log }) => {
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const isMade = await makeThumbnail(store, material, signal);
    log.info({ isMade }, 'made a thumbnail');
  },
});

/** Kinds of which there is nothing to draw end without one. */
async function makeThumbnail(
  { objects }: Pick<Store, 'objects'>,
  material: MaterialSource,
  signal: AbortSignal,
): Promise<boolean> {
  const draw = drawingOf(material.media_type);
  if (draw === undefined) return false;
  const original = await objects.read(material.object_key);
  await draw(original, {
    signal,
    keep: (file) => objects.write(`${dirname(material.object_key)}/thumbnail.jpg`, file),
  });
  return true;
}

type Drawing = {
  readonly signal: AbortSignal;
  readonly keep: (file: Readable) => Promise<unknown>;
};

type Draw = (original: Readable, drawing: Drawing) => Promise<void>;

function drawingOf(mediaType: string): Draw | undefined {
  if (mediaType.startsWith('image/')) return shrink;
  if (mediaType === 'application/pdf') return drawFirstPage;
  return /powerpoint|presentationml/.test(mediaType) ? drawFirstSlide : undefined;
}

const firstPage = { pages: [1], as: 'jpeg', dpi: 100, mostPixels: 4_000_000 };

async function drawFirstPage(source: Readable, drawing: Drawing): Promise<void> {
  const { signal } = drawing;
  await using reading = await openReading(pdfPages, { source, signal, ask: firstPage });
  for await (const told of reading.messages) {
    if (told.kind === 'loss') throw new Cancel(told.code, told.message);
    await shrink(createReadStream(reading.pathOf(told.fileName)), drawing);
  }
}

async function drawFirstSlide(source: Readable, drawing: Drawing): Promise<void> {
  await using reading = await openReading(firstSlides, { source, signal: drawing.signal });
  for await (const { fileName } of reading.messages) {
    await shrink(createReadStream(reading.pathOf(fileName)), drawing);
  }
}

async function shrink(source: Readable, { signal, keep }: Drawing): Promise<void> {
  await using reading = await openReading(thumbnails, { source, signal });
  for await (const { fileName } of reading.messages) {
    await keep(createReadStream(reading.pathOf(fileName)));
  }
}
