import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { addPages, listPages } from '@lectern/db/postgres/pages';
import { endScan, listOpenScans, replaceScans } from '@lectern/db/postgres/scans';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addMaterial } from '../testing/add-material.ts';
import { drawPage, type GreyPicture } from '../testing/draw-page.ts';
import { makePdf } from '../testing/make-pdf.ts';
import { runTwice } from '../testing/run-twice.ts';
import { ocrWorker } from './worker.ts';

const a5 = { width: 980, height: 700, fontPx: 36 };
const lines = [
  'The tide comes in twice a day.',
  'Вода поднимается к Луне.',
  'Then it falls again.',
];

let store: Store;
before(async () => {
  store = await freshStore();
});

async function addScannedDocument(pictures: readonly GreyPicture[]) {
  const pages = pictures.map((picture) => ({ width: 588, height: 420, picture }));
  const bytes = makePdf({ pages });
  const mediaType = 'application/pdf';
  const { id } = await addMaterial(store, { bytes, mediaType, kind: 'document' });
  const scans = pictures.map((_, i) => ({
    number: (i + 1) * 1_000 + 500,
    place: { page: i + 1 },
    why: 'no_text' as const,
    object_key: null,
  }));
  await store.postgres.transaction().execute((tx) => replaceScans(tx, id, scans));
  return id;
}

async function readScanned(id: string) {
  const run = await runTwice(store, ocrWorker, {
    payload: { materialId: id },
    meta: { subject: id },
  });
  return { run, pages: await listPages(store.postgres, id) };
}

test('scanned pages are read to their places, also askew and upside down', async () => {
  const [level, askew, third] = lines.map((line, i) =>
    drawPage(`${line}\n${line}\n${line}`, { ...a5, skewDegrees: i === 1 ? 4 : 0, noise: 10 }),
  );
  assert.ok(level && askew && third);
  const turned = { ...third, pixels: Buffer.from(third.pixels.toReversed()) };
  const id = await addScannedDocument([level, askew, turned]);
  const { run, pages } = await readScanned(id);
  assert.deepEqual([run.state, run.error], ['done', null]);
  for (const [i, line] of lines.entries()) {
    const own = pages.filter(({ place }) => place.page === i + 1);
    assert.equal(own.map(({ text }) => text).join('\n'), [line, line, line].join('\n'));
    assert.equal(own[0]?.number, (i + 1) * 1_000 + 500);
  }
  const first = pages.find(({ place }) => place.page === 1)?.place.box?.[1] ?? 1;
  const upside = pages.find(({ place }) => place.page === 3)?.place.box?.[1] ?? 0;
  assert.ok(first < 0.3 && upside > 0.5, 'boxes are where the words stand on the page as it is');
  assert.deepEqual(await listOpenScans(store.postgres, id), []);
});

test('after a crash the work goes on at the page', async () => {
  const id = await addScannedDocument(lines.map((line) => drawPage(line, a5)));
  const kept = [{ number: 1_500, text: 'kept from before', place: { page: 1 }, confidence: 0.9 }];
  await store.postgres.transaction().execute(async (tx) => {
    await addPages(tx, id, kept);
    await endScan(tx, { materialId: id, number: 1_500 });
  });
  const { pages } = await readScanned(id);
  assert.deepEqual(
    pages.map(({ text }) => text),
    ['kept from before', ...lines.slice(1)],
  );
});

test('what stands on a scanned page in letters is not read again', async () => {
  const id = await addScannedDocument([drawPage(lines.join('\n'), a5)]);
  await store.postgres
    .transaction()
    .execute((tx) =>
      addPages(tx, id, [
        { number: 1_000, text: lines[0] ?? '', place: { page: 1, box: [0, 0, 1, 1] } },
      ]),
    );
  const { pages } = await readScanned(id);
  assert.deepEqual(pages.map(({ text }) => text).join('\n'), lines.join('\n'));
});

test('a document without scans ends at once', async () => {
  const id = await addScannedDocument([]);
  const { run, pages } = await readScanned(id);
  assert.deepEqual([run.state, pages], ['done', []]);
});
