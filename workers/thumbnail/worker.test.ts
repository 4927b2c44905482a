import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import sharp from 'sharp';
import { addMaterial } from '../testing/add-material.ts';
import { makePdf } from '../testing/make-pdf.ts';
import { runTwice } from '../testing/run-twice.ts';
import { thumbnailWorker } from './worker.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function makeThumbnail(bytes: Buffer, mediaType: string) {
  const { id, key } = await addMaterial(store, { bytes, mediaType, kind: 'image' });
  const meta = { subject: id };
  const run = await runTwice(store, thumbnailWorker, { payload: { materialId: id }, meta });
  const thumbnailKey = key.replace('original.bin', 'thumbnail.jpg');
  const stat = await store.objects.stat(thumbnailKey);
  const picture = stat && (await buffer(await store.objects.read(thumbnailKey)));
  return { run, picture };
}

/** Left half red, right half blue. */
const halves = () =>
  sharp({ create: { width: 600, height: 300, channels: 3, background: '#00f' } }).composite([
    {
      input: { create: { width: 300, height: 300, channels: 3, background: '#f00' } },
      left: 0,
      top: 0,
    },
  ]);

test('a thumbnail is small, upright, and tells nothing of where and by what it was taken', async () => {
  const bytes = await halves()
    .withExif({
      IFD0: { Make: 'SecretCamera', Orientation: '6' },
      IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  assert.ok(bytes.includes('Exif'));
  const { run, picture } = await makeThumbnail(bytes, 'image/jpeg');
  assert.equal(run.state, 'done');
  assert.ok(picture);
  const about = await sharp(picture).metadata();
  assert.deepEqual([about.format, about.width, about.height], ['jpeg', 240, 480]);
  assert.deepEqual([about.exif, about.orientation], [undefined, undefined]);
  assert.ok(!picture.includes('SecretCamera'));
  const [red = 0, , blue = 0] = await sharp(picture)
    .extract({ left: 100, top: 20, width: 1, height: 1 })
    .raw()
    .toBuffer();
  assert.ok(red > 200 && blue < 60, 'what was at its left is above now');
});

test('what is small stays small, and transparency becomes white', async () => {
  const create = { width: 40, height: 20, channels: 4, background: '#00000000' } as const;
  const { picture } = await makeThumbnail(await sharp({ create }).png().toBuffer(), 'image/png');
  assert.ok(picture);
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height], [40, 20]);
  assert.ok((data[0] ?? 0) > 250);
});

test('the first page of a PDF is its thumbnail', async () => {
  const bytes = makePdf({ pages: [{ texts: [{ x: 72, y: 700, text: 'Tides' }] }] });
  const { picture } = await makeThumbnail(bytes, 'application/pdf');
  assert.ok(picture);
  const { width, height } = await sharp(picture).metadata();
  assert.ok(Math.max(width, height) === 480 && width < height, `${width} × ${height}`);
});

test('a picture that claims more pixels than fit anywhere is refused', async () => {
  const bomb = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  bomb.writeUInt32BE(100_000, 16);
  bomb.writeUInt32BE(100_000, 20);
  const { run, picture } = await makeThumbnail(bomb, 'image/png');
  assert.deepEqual([run.state, picture], ['cancelled', undefined]);
  assert.match(String(run.error?.code), /^(too_many_pixels|file_damaged)$/);
});

test('a material of which nothing can be seen has none, and no fault', async () => {
  const { run, picture } = await makeThumbnail(Buffer.from('words'), 'text/plain');
  assert.deepEqual([run.state, picture], ['done', undefined]);
});
