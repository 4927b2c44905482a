import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Found } from './found.ts';
import { gatherFindings } from './gather-findings.ts';

async function* tell(found: readonly Found[]) {
  yield* found;
}

function gather(found: readonly Found[]) {
  return gatherFindings({
    found: tell(found),
    keepPicture: async ({ fileName }, number) => `pictures/${number}-${fileName}`,
    progress: () => undefined,
  });
}

const pieces = (count: number, page: number) =>
  Array.from({ length: count }, (_, i) => ({ text: `${page}.${i}`, place: { page } }));

test('pieces keep their order, with room on each page for what is read from pictures', async () => {
  const { pages, scans } = await gather([
    { kind: 'text', unit: 1, pieces: pieces(2, 1) },
    { kind: 'scan', unit: 2, place: { page: 2 }, why: 'no_text' },
    { kind: 'picture', unit: 3, place: { slide: 3 }, fileName: 'a.png' },
    { kind: 'picture', unit: 3, place: { slide: 3 }, fileName: 'b.png' },
    { kind: 'text', unit: 3, pieces: pieces(1, 3) },
  ]);
  assert.deepEqual(
    pages.map(({ number }) => number),
    [1_000, 1_001, 3_000],
  );
  assert.deepEqual(
    scans.map(({ number, object_key: key }) => [number, key]),
    [
      [2_500, null],
      [3_510, 'pictures/3510-a.png'],
      [3_520, 'pictures/3520-b.png'],
    ],
  );
});

test('a page of thousands of pieces keeps all its text within its numbers', async () => {
  const { pages } = await gather([
    { kind: 'text', unit: 1, pieces: pieces(3_000, 1) },
    { kind: 'text', unit: 2, pieces: pieces(1, 2) },
  ]);
  const first = pages.filter(({ place }) => place.page === 1);
  assert.ok(first.every(({ number }) => number >= 1_000 && number < 1_500));
  assert.equal(first.flatMap(({ text }) => text.split('\n')).length, 3_000);
  assert.equal(pages.at(-1)?.number, 2_000);
});

test('what the database cannot hold is left out of the text', async () => {
  const { pages } = await gather([
    { kind: 'text', unit: 1, pieces: [{ text: 'a\0b\ud800c', place: { page: 1 } }] },
  ]);
  assert.equal(pages[0]?.text, 'ab\ufffdc');
});

test('what a file says of itself and what of it is lost is kept', async () => {
  const { facts, losses } = await gather([
    { kind: 'about', pages: 7, title: 'Tides', language: 'en' },
    { kind: 'loss', code: 'pages_damaged', message: 'Two pages are damaged.' },
  ]);
  assert.deepEqual(facts, { title: 'Tides', pages: 7 });
  assert.deepEqual(losses, [{ code: 'pages_damaged', message: 'Two pages are damaged.' }]);
});
