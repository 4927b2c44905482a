import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import type { Store } from '@lectern/db/open';
import { newId } from '@lectern/db/postgres/new-id';
import { listPages } from '@lectern/db/postgres/pages';
import { listOpenScans, replaceScans } from '@lectern/db/postgres/scans';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addMaterial } from '../testing/add-material.ts';
import { drawPage } from '../testing/draw-page.ts';
import { encodePicture } from '../testing/encode-picture.ts';
import { runTwice } from '../testing/run-twice.ts';
import { ocrWorker } from './worker.ts';

const size = { width: 900, height: 300, fontPx: 40 };
const words = 'The moon pulls the sea.\nЛуна притягивает море.';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function readMaterial(bytes: Buffer, mediaType: string) {
  const { id, key } = await addMaterial(store, { bytes, mediaType, kind: 'image' });
  const meta = { subject: id };
  const run = await runTwice(store, ocrWorker, { payload: { materialId: id }, meta });
  return { id, key, run, pages: await listPages(store.postgres, id) };
}

test('an image read twice has its text once, in both languages, with boxes and beside the file', async () => {
  const bytes = await encodePicture(drawPage(words, size));
  const { key, run, pages } = await readMaterial(bytes, 'image/png');
  assert.equal(run.state, 'done');
  assert.equal(pages.map((page) => page.text).join('\n'), words);
  for (const { place } of pages) {
    const [left, top, width, height] = place.box ?? [];
    assert.ok(left !== undefined && left > 0.08 && left < 0.13, `left is ${left}`);
    assert.ok(top !== undefined && top > 0.2 && top < 0.8, `top is ${top}`);
    assert.ok(width && height && left + width < 1 && top + height < 1);
  }
  const processed = key.replace('original.bin', 'processed.txt');
  assert.match(await text(await store.objects.read(processed)), /Луна притягивает море\./);
});

for (const format of ['jpeg', 'webp', 'gif', 'tiff'] as const) {
  test(`the text of a picture in ${format} is read`, async () => {
    const bytes = await encodePicture(drawPage(words, size), format);
    const { pages } = await readMaterial(bytes, `image/${format}`);
    assert.match(pages.map((page) => page.text).join('\n'), /The moon pulls the sea\./);
  });
}

test('a picture without text ends well and has none', async () => {
  const { width, height } = { width: 400, height: 300 };
  const pixels = Buffer.from(randomBytes(width * height).map((byte) => 90 + byte / 6));
  const bytes = await encodePicture({ width, height, pixels }, 'jpeg');
  const { run, pages } = await readMaterial(bytes, 'image/jpeg');
  assert.equal(run.state, 'done');
  assert.deepEqual(pages, []);
});

test('what is no picture is cancelled with words for its owner', async () => {
  const { run } = await readMaterial(Buffer.from('push graphic-context\n'), 'image/png');
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'file_damaged']);
});

test('pictures of a presentation are read into the places that wait for them, and only once', async () => {
  const { id, key } = await addMaterial(store, {
    bytes: Buffer.from('slides'),
    mediaType: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    kind: 'presentation',
  });
  const draw = async (line: string) =>
    await encodePicture(drawPage(line, { ...size, height: 150 }));
  const keys = ['First wave', 'Second wave', 'Third wave'].map(async (line, i) => {
    const pictureKey = key.replace('original.bin', `pictures/${i}.png`);
    await store.objects.write(pictureKey, Readable.from([await draw(line)]));
    return pictureKey;
  });
  const scans = (await Promise.all(keys)).map((objectKey, i) => ({
    number: (i + 1) * 1_000 + 510,
    place: { slide: i + 1 },
    why: 'picture' as const,
    object_key: objectKey,
  }));
  const broken = `${key}.broken`;
  await store.objects.write(broken, Readable.from([Buffer.from('no picture')]));
  const [first, ...rest] = scans;
  assert.ok(first);
  await store.postgres
    .transaction()
    .execute((tx) =>
      replaceScans(tx, id, [first, ...rest, { ...first, number: 4_510, object_key: broken }]),
    );
  const meta = { subject: id };
  const run = await runTwice(store, ocrWorker, { payload: { materialId: id }, meta });
  assert.equal(run.state, 'done');
  assert.equal(run.error?.code, 'file_damaged', 'one that fails is a loss');
  const pages = await listPages(store.postgres, id);
  assert.deepEqual(
    pages.map(({ number, text: line, place }) => [number, line, place]),
    [
      [1_510, 'First wave', { slide: 1 }],
      [2_510, 'Second wave', { slide: 2 }],
      [3_510, 'Third wave', { slide: 3 }],
    ],
  );
  const open = await listOpenScans(store.postgres, id);
  assert.deepEqual(
    open.map(({ number }) => number),
    [4_510],
  );
});

test('a material that was deleted meanwhile is cancelled, not tried again', async () => {
  const run = await runTwice(store, ocrWorker, { payload: { materialId: newId() } });
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'material_gone']);
});
