import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { encodePicture } from '../../../testing/encode-picture.ts';
import {
  makeZip,
  pptxParts,
  relations,
  slideXml,
  textShape,
} from '../../../testing/make-office.ts';
import { makePpt } from '../../../testing/make-ppt.ts';
import { drawFirstSlide } from './draw-first-slide.ts';

async function draw(bytes: Buffer): Promise<Buffer | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-slide-'));
  const file = join(folder, 'original');
  await writeFile(file, bytes);
  const { signal } = new AbortController();
  for await (const { fileName } of drawFirstSlide(file, { folder, signal })) {
    return await readFile(join(folder, fileName));
  }
  return undefined;
}

/** The colour in the middle of a part of a picture, given in shares. */
async function colorAt(picture: Buffer, [x, y]: readonly [number, number]): Promise<string> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const at =
    (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [0, 1, 2].map((i) => ((data[at + i] ?? 0) > 127 ? 'f' : '0')).join('');
}

async function darkness(picture: Buffer): Promise<number> {
  const { channels } = await sharp(picture).greyscale().stats();
  return 255 - (channels[0]?.mean ?? 255);
}

test('a slide is drawn with its background, its fills, its pictures and its text', async () => {
  const red = await sharp({ create: { width: 60, height: 60, channels: 3, background: '#f00' } })
    .png()
    .toBuffer();
  const slide =
    '<p:pic><p:blipFill><a:blip r:embed="i"/></p:blipFill><p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="250" cy="250"/></a:xfrm></p:spPr></p:pic>' +
    '<p:sp><p:spPr><a:xfrm><a:off x="750" y="250"/><a:ext cx="250" cy="250"/></a:xfrm><a:solidFill><a:srgbClr val="00FF00"/></a:solidFill></p:spPr></p:sp>';
  const parts = {
    ...pptxParts({ slides: [slide] }),
    'ppt/slides/slide1.xml': slideXml(slide).replace(
      '<p:cSld>',
      '<p:cSld><p:bg><p:bgPr><a:solidFill><a:srgbClr val="0000FF"/></a:solidFill></p:bgPr></p:bg>',
    ),
    'ppt/slides/_rels/slide1.xml.rels': relations({ i: ['image', '../media/a.png'] }),
    'ppt/media/a.png': red,
  };
  const picture = await draw(await makeZip(parts));
  assert.ok(picture);
  const { format, width, height } = await sharp(picture).metadata();
  assert.deepEqual([format, width, height], ['jpeg', 960, 480]);
  const colors = await Promise.all(
    [[0.12, 0.25] as const, [0.87, 0.75] as const, [0.5, 0.5] as const].map((at) =>
      colorAt(picture, at),
    ),
  );
  assert.deepEqual(colors, ['f00', '0f0', '00f']);
});

test('text is drawn, in new presentations and in old ones', async () => {
  const size = '<p:sldSz cx="9144000" cy="6858000"/>';
  const deck = pptxParts({
    slides: [textShape('Tides', { at: [900_000, 900_000, 8_000_000, 900_000] })],
  });
  const presentation = String(deck['ppt/presentation.xml']).replace(/<p:sldSz[^>]*>/, size);
  const drawn = [
    await draw(await makeZip({ ...deck, 'ppt/presentation.xml': presentation })),
    await draw(makePpt([{ title: 'Tides', boxes: ['of the sea'] }])),
  ];
  for (const picture of drawn) assert.ok(picture && (await darkness(picture)) > 0.05);
});

test('the picture that a presentation brings is taken, unless it is none', async () => {
  const pixels = Buffer.alloc(80 * 60, 10);
  const brought = await encodePicture({ width: 80, height: 60, pixels }, 'jpeg');
  const parts = pptxParts({ slides: [''] });
  assert.deepEqual(
    await draw(await makeZip({ ...parts, 'docProps/thumbnail.jpeg': brought })),
    brought,
  );
  const own = await draw(await makeZip({ ...parts, 'docProps/thumbnail.jpeg': 'no picture' }));
  assert.equal(own && (await sharp(own).metadata()).width, 960);
});

test('a presentation without slides has no picture', async () => {
  assert.equal(await draw(await makeZip(pptxParts({ slides: [] }))), undefined);
});
