import { dirname } from 'node:path/posix';
import { Readable } from 'node:stream';
import { ocrMaterial } from '@lectern/db/jobs/ocr';
import type { Store } from '@lectern/db/open';
import { findMaterialSource, type MaterialSource } from '@lectern/db/postgres/material-source';
import {
  addPages,
  listPagesAfter,
  listPagesBetween,
  replacePages,
} from '@lectern/db/postgres/pages';
import { noteLoss } from '@lectern/db/postgres/run-ends';
import { countScans, endScan, listOpenScans } from '@lectern/db/postgres/scans';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker, type Context } from '../runtime/define-worker.ts';
import { numberPieces } from './number-pieces.ts';
import { type Loss, readImage } from './read-image.ts';
import { readScans, type Scanned } from './read-scans.ts';
import { sharedReaders } from './shared-readers.ts';

/** Numbers that a page or slide has, and of them those for what is seen on it, and in a picture on it. */
const numbersPerUnit = 1_000;
const numbersPerPage = 499;
const numbersPerPicture = 10;
const numbersPerImage = 100_000;

export const ocrWorker = defineWorker({
  name: 'ocr',
  job: ocrMaterial,
  concurrency: 4,
  handle: async (context) => {
    const { payload, run, store, log } = context;
    const material = await findMaterialSource(store.postgres, payload.materialId);
    if (material === undefined) throw new Cancel('material_gone', 'The material was deleted.');
    const losses = material.media_type.startsWith('image/')
      ? await readWholeImage(context, material)
      : await readOpenScans(context, material);
    await writeText(store, material);
    log.info({ losses: losses.length }, 'read pictures');
    return async (tx) => {
      const [loss] = losses;
      if (loss !== undefined) await noteLoss(tx, run.id, loss);
    };
  },
});

type Work = Context<unknown>;

async function readWholeImage(work: Work, material: MaterialSource): Promise<readonly Loss[]> {
  const { store, run, signal, progress, save } = work;
  const looking = { readers: sharedReaders(store.config), asker: run.owner ?? run.id, signal };
  const source = await store.objects.read(material.object_key);
  const { pieces, losses } = await readImage(source, looking, progress);
  const pages = numberPieces(pieces, { first: 1, most: numbersPerImage });
  await save((tx) => replacePages(tx, material.id, pages));
  return losses;
}

/** Goes on where an earlier try ended: each scan is done together with its text. */
async function readOpenScans(work: Work, material: MaterialSource): Promise<readonly Loss[]> {
  const { store, run, signal, progress, save } = work;
  const scans = await listOpenScans(store.postgres, material.id);
  if (scans.length === 0) return [];
  const total = await countScans(store.postgres, material.id);
  const losses: Loss[] = [];
  let done = total - scans.length;
  const scanned: Scanned = {
    objects: store.objects,
    objectKey: material.object_key,
    scans,
    printedOn: ({ number }) => {
      const from = number - (number % numbersPerUnit);
      return listPagesBetween(store.postgres, material.id, { from, before: number });
    },
    keep: async (scan, pieces) => {
      const most = scan.object_key === null ? numbersPerPage : numbersPerPicture;
      const pages = numberPieces(pieces, { first: scan.number, most });
      await save(async (tx) => {
        await addPages(tx, material.id, pages);
        await endScan(tx, { materialId: material.id, number: scan.number });
      });
      progress(++done / total);
    },
    lose: (loss) => losses.push(loss),
  };
  try {
    await readScans(scanned, {
      readers: sharedReaders(store.config),
      asker: run.owner ?? run.id,
      signal,
    });
  } catch (error) {
    // The words that a document has in letters are usable without those in its pictures.
    if (!(error instanceof Cancel)) throw error;
    losses.push({ code: error.code, message: error.message });
  }
  return losses;
}

/** The whole text beside the file, now with what stood in pictures. */
async function writeText({ postgres, objects }: Store, material: MaterialSource): Promise<void> {
  async function* pieces() {
    let last = -1;
    for (;;) {
      const pages = await listPagesAfter(postgres, material.id, last);
      if (pages.length === 0) return;
      last = pages.at(-1)?.number ?? last;
      yield Buffer.from(pages.map(({ text }) => `${text}\n\n`).join(''));
    }
  }
  await objects.write(`${dirname(material.object_key)}/processed.txt`, Readable.from(pieces()));
}
