import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { drawPage } from '../testing/draw-page.ts';
import { findTessdata } from './find-tessdata.ts';
import { openReaderPool, PictureFailed } from './reader-pool.ts';
import { encodePgm } from './pgm.ts';
import { parseTable } from './parse-table.ts';
import { prepareGrey } from './prepare-grey.ts';
import { readPicture } from './read-picture.ts';
import { turnGrey } from './turn-grey.ts';

const readers = openReaderPool(findTessdata(['eng', 'rus'], undefined), { size: 2 });
after(() => readers.close());

const { signal } = new AbortController();
const size = { width: 900, height: 400, fontPx: 32 };
const words = 'Spring tides come at full moon.\nСизигийные приливы сильнее всех.';

async function read(grey: Parameters<typeof prepareGrey>[0]): Promise<string> {
  const seen = await readPicture(await prepareGrey(grey), { readers, asker: 'test', signal });
  const lines = seen.paragraphs.flatMap((paragraph) => paragraph.lines);
  return lines.map((line) => line.words.map(({ text }) => text).join(' ')).join('\n');
}

test('pages are read whatever way up they lie', async () => {
  for (const turns of [0, 1, 2, 3] as const) {
    assert.equal(await read(turnGrey(drawPage(words, size), turns)), words, `${turns} quarters`);
  }
});

test('skew, weak ink, light letters, shadows and small letters do not matter', async () => {
  const shadow = drawPage(words, size);
  shadow.pixels.forEach((pixel, at) => {
    shadow.pixels[at] = pixel * (1 - (0.7 * (at % size.width)) / size.width);
  });
  const pages = {
    'skew to the right': drawPage(words, { ...size, skewDegrees: 6 }),
    'skew to the left': drawPage(words, { ...size, skewDegrees: -3 }),
    'as a hand holds a camera': drawPage(words, { ...size, skewDegrees: 14 }),
    'and the other one': drawPage(words, { ...size, skewDegrees: -15 }),
    'weak ink': drawPage(words, { ...size, ink: '#a8a8a8', paper: '#b8b8b8' }),
    'light letters': drawPage(words, { ...size, ink: '#eee', paper: '#223' }),
    shadow,
    'small letters': drawPage(words, { width: 340, height: 160, fontPx: 12 }),
  };
  for (const [what, page] of Object.entries(pages)) assert.equal(await read(page), words, what);
});

test('a title on a band of colour is read, and so is what stands below it', async () => {
  const page = { width: 1_000, height: 1_400, fontPx: 32 };
  const body = Array.from({ length: 12 }, () => words).join('\n');
  const colours = [
    { ink: '#fff', paper: '#2f5f9f' },
    { ink: '#fff', paper: '#2f9f5f' },
    { ink: '#000', paper: '#f0b030' },
  ];
  for (const colour of colours) {
    const drawn = drawPage(`\n\n\n\n\n\n${body}`, page);
    const title = { fontPx: 56, marginPx: 100, height: 260 };
    drawn.pixels.set(drawPage('Tides of the North Sea', { ...page, ...title, ...colour }).pixels);
    const seen = await read(drawn);
    assert.match(seen, /^Tides of the North Sea\nSpring tides come at full moon/, colour.paper);
  }
});

test('words on a picture are found, and hills are not taken for words', async () => {
  const drawn = drawPage('Harbour', { ...size, fontPx: 90, ink: '#fff', paper: '#000' });
  const paint = (hasWords: boolean) => ({
    ...drawn,
    pixels: drawn.pixels.map((pixel, at) => {
      const [x, y] = [at % size.width, at / size.width];
      const hills = 110 + 50 * Math.sin(x / 41 + Math.sin(y / 29)) * Math.cos(y / 23);
      const grain = ((at * 7_919) % 17) - 8;
      return hasWords ? Math.max(pixel, hills + grain) : hills + grain;
    }),
  });
  assert.equal(await read(paint(true)), 'Harbour');
  assert.equal(await read(paint(false)), '');
});

test('who asks for much leaves turns to others, and all are answered', async () => {
  const image = encodePgm(drawPage('wave', { width: 200, height: 80, fontPx: 30 }));
  const order: string[] = [];
  const ask = async (asker: string) => {
    await readers.read({ image, layout: 'page', asker, signal });
    order.push(asker);
  };
  await Promise.all([...Array.from({ length: 12 }, () => ask('book')), ask('note')]);
  assert.equal(order.length, 13);
  assert.ok(order.indexOf('note') < 8, order.join(' '));
});

test('a picture that takes too long is given up, and the next one is read', async () => {
  const hasty = openReaderPool(findTessdata(['eng'], undefined), { size: 1, limitMs: 1 });
  const image = encodePgm(drawPage(words, size));
  const ask = { image, layout: 'page', asker: 'test', signal } as const;
  const isTooLong = (error: unknown) =>
    error instanceof PictureFailed && error.code === 'ocr_takes_too_long';
  await assert.rejects(hasty.read(ask), isTooLong);
  await assert.rejects(hasty.read(ask), isTooLong);
  await hasty.close();
});

test('who no longer wants an answer gets none', async () => {
  const image = encodePgm(drawPage(words, size));
  const gone = new AbortController();
  const asked = readers.read({ image, layout: 'page', asker: 'test', signal: gone.signal });
  gone.abort(new Error('gone'));
  await assert.rejects(asked, /gone/);
  const { table } = await readers.read({ image, layout: 'page', asker: 'test', signal });
  assert.ok(parseTable(table).length > 0);
});

test('without language data it says what to install', () => {
  assert.throws(() => findTessdata(['eng'], undefined, ['/nowhere']), {
    code: 'ocr_unavailable',
    message: /tesseract-ocr-eng/,
  });
});
