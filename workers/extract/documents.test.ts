import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import type { Store } from '@lectern/db/open';
import { listPages } from '@lectern/db/postgres/pages';
import { listOpenScans } from '@lectern/db/postgres/scans';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addMaterial } from '../testing/add-material.ts';
import { makePdf, type PdfFile } from '../testing/make-pdf.ts';
import { runTwice } from '../testing/run-twice.ts';
import { extractWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const line = (words: string) => ({ text: words, x: 60, y: 700 });

async function extract(bytes: Buffer, mediaType = 'application/pdf') {
  const { id, key } = await addMaterial(store, { bytes, mediaType, kind: 'document' });
  const run = await runTwice(store, extractWorker, {
    payload: { materialId: id },
    meta: { subject: id },
  });
  const material = await store.postgres
    .selectFrom('materials')
    .select(['title', 'author', 'page_count'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const pages = await listPages(store.postgres, id);
  return { id, key, run, material, pages, scans: await listOpenScans(store.postgres, id) };
}
/** The jobs that came of it. */
async function listNext(materialId: string): Promise<string[]> {
  const runs = await store.postgres
    .selectFrom('runs')
    .select('job')
    .distinct()
    .where('subject', '=', materialId)
    .where('job', '<>', extractWorker.job.name)
    .execute();
  return runs.map(({ job }) => job);
}
const extractPdf = (file: PdfFile) => extract(makePdf(file));

test('a PDF becomes pieces that know their page, with what the file says of itself', async () => {
  const { run, material, pages, key } = await extractPdf({
    pages: [{ texts: [line('The moon pulls.')] }, { texts: [line('Twice a day.')] }],
    info: { Title: 'Tides', Author: 'A. Nonymous' },
  });
  assert.deepEqual([run.state, run.error], ['done', null]);
  assert.deepEqual(material, { title: 'Tides', author: 'A. Nonymous', page_count: 2 });
  assert.deepEqual(
    pages.map(({ number, text: words, place }) => [number, words, place.page]),
    [
      [1_000, 'The moon pulls.', 1],
      [2_000, 'Twice a day.', 2],
    ],
  );
  const processed = key.replace('original.bin', 'processed.txt');
  assert.equal(await text(await store.objects.read(processed)), 'The moon pulls.\n\nTwice a day.');
});

test('a page that has to be looked at waits for that, and the others are there', async () => {
  const picture = { width: 60, height: 80, pixels: Buffer.alloc(60 * 80, 200) };
  const { id, pages, scans } = await extractPdf({
    pages: [{ picture }, { texts: [line('Text.')] }],
  });
  assert.deepEqual(
    pages.map(({ number }) => number),
    [2_000],
  );
  assert.deepEqual(scans, [
    { number: 1_500, place: { page: 1 }, why: 'no_text', object_key: null },
  ]);
  assert.deepEqual(await listNext(id), ['material.ocr']);
});

test('a document that nobody has to look at is indexed at once', async () => {
  const { id } = await extractPdf({ pages: [{ texts: [line('Text.')] }] });
  assert.deepEqual(await listNext(id), ['material.index']);
});

test('what is damaged or no PDF at all ends for good, with words for its owner', async () => {
  const whole = makePdf({ pages: [{ texts: [line('Words.')] }] });
  const broken: Readonly<Record<string, Buffer>> = {
    'nothing but the mark': Buffer.from('%PDF-1.7\n'),
    'noise behind the mark': Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(5_000, 0xaa)]),
    'the first bytes of one': whole.subarray(0, 200),
  };
  for (const [what, bytes] of Object.entries(broken)) {
    const { run, pages } = await extract(bytes);
    assert.deepEqual([run.state, run.error?.code], ['cancelled', 'file_damaged'], what);
    assert.match(run.error?.message ?? '', /damaged/);
    assert.deepEqual(pages, []);
  }
});

test('a file that was meant to do harm ends like any other, and the next one is read', async () => {
  // Each level holds ten of the one below it.
  const nested = Array.from({ length: 12 }, (_, i) => `/F${i} Do `.repeat(10)).join('\n');
  const endless = 'q '.repeat(10_000);
  for (const content of [nested, endless, '['.repeat(100_000), '<<'.repeat(100_000)]) {
    const { run } = await extractPdf({ pages: [{ content }] });
    assert.ok(['done', 'cancelled'].includes(run.state), run.state);
  }
  const { pages } = await extractPdf({ pages: [{ texts: [line('All is well.')] }] });
  assert.equal(pages[0]?.text, 'All is well.');
});
