import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { Refusal } from '../extract/found.ts';
import { drawPage } from '../testing/draw-page.ts';
import { encodePicture } from '../testing/encode-picture.ts';
import { decodePgm } from './pgm.ts';
import type { PictureMessage } from './picture-engine.ts';
import { preparePicture } from './prepare-picture.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lectern-pictures-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const page = drawPage('Tide', { width: 300, height: 120, fontPx: 60 });

async function prepare(bytes: Buffer): Promise<PictureMessage[]> {
  const file = join(folder, 'file');
  await writeFile(file, bytes);
  const told: PictureMessage[] = [];
  for await (const message of preparePicture(file, { folder, signal })) told.push(message);
  return told;
}

async function inkOf(message: PictureMessage | undefined): Promise<number> {
  assert.ok(message?.kind === 'prepared');
  const { pixels } = decodePgm(await readFile(join(folder, message.fileName)));
  return pixels.filter((pixel) => pixel < 100).length / pixels.length;
}

const refusedAs = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code && error.message.length > 20;

test('a picture is turned as its camera says', async () => {
  const bytes = await encodePicture(page, 'jpeg', { turn: 90, orientation: 8 });
  const [message] = await prepare(bytes);
  assert.ok(message?.kind === 'prepared');
  const { width, height } = decodePgm(await readFile(join(folder, message.fileName)));
  assert.ok(width > height);
});

test('black letters on nothing stand on white, white ones on black, and both come out dark', async () => {
  const mask = Buffer.from(page.pixels.map((pixel) => 255 - pixel));
  const raw = { width: page.width, height: page.height, channels: 1 } as const;
  for (const shade of [0, 255]) {
    const create = { width: page.width, height: page.height, channels: 3 } as const;
    const letters = await sharp({
      create: { ...create, background: { r: shade, g: shade, b: shade } },
    })
      .joinChannel(mask, { raw })
      .png()
      .toBuffer();
    const [message] = await prepare(letters);
    const ink = await inkOf(message);
    assert.ok(ink > 0.02 && ink < 0.3, `${ink} is ink`);
  }
});

test('of an animation the pictures that differ are read', async () => {
  const other = drawPage('Ebb', { width: 300, height: 120, fontPx: 60 });
  const frames = [page, page, other, other, page].map(({ pixels }) => pixels);
  const raw = { width: 300, height: 120 * frames.length, channels: 1, pageHeight: 120 } as const;
  const gif = await sharp(Buffer.concat(frames), { raw }).gif({ delay: 100 }).toBuffer();
  const found = await prepare(gif);
  assert.ok(found.length >= 2 && found.length <= 3, `${found.length} were read`);
});

test('what is damaged is seen as far as it can be, and said to be so', async () => {
  const tall = drawPage('Tide\nTide\nTide', { width: 600, height: 600, fontPx: 60, noise: 40 });
  const bytes = await encodePicture(tall, 'jpeg');
  const found = await prepare(bytes.subarray(0, bytes.length / 2));
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ['loss', 'prepared'],
  );
});

test('what is no picture, or nothing can be seen of, is refused', async () => {
  const png = await encodePicture(page);
  const others = {
    nothing: Buffer.alloc(0),
    'one byte': Buffer.from([0x89]),
    'a script': Buffer.from('push graphic-context\nimage over 0,0 0,0 "/etc/passwd"\n'),
    'a PNG with a broken header': Buffer.concat([png.subarray(0, 20), Buffer.alloc(40)]),
  };
  for (const [what, bytes] of Object.entries(others)) {
    await assert.rejects(prepare(bytes), refusedAs('file_damaged'), what);
  }
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await assert.rejects(prepare(svg), Refusal);
});

test('a small file that claims 100,000 × 100,000 pixels, as a whole or for a frame, is refused', async () => {
  const create = { width: 100_000, height: 1, channels: 3, background: '#fff' } as const;
  const png = await sharp({ create }).png().toBuffer();
  const tall = await sharp(png, { limitInputPixels: false })
    .extend({ bottom: 1_999, background: '#fff' })
    .png({ compressionLevel: 9 })
    .toBuffer();
  await assert.rejects(prepare(tall), refusedAs('too_many_pixels'));
  const gif = Buffer.from(
    '474946383961 0a00 0a00 00 00 00 2c 0000 0000 ffff ffff 00 02 02 4c01 00 3b'.replaceAll(
      ' ',
      '',
    ),
    'hex',
  );
  await assert.rejects(prepare(gif), refusedAs('too_many_pixels'));
  assert.ok((await readdir(folder)).length < 20);
});
