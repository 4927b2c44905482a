import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { Cancel } from '@lectern/db/queue/outcomes';
import { textOf } from '../../testing/find-in-file.ts';
import { makePdf } from '../../testing/make-pdf.ts';
import { writePdf } from '../../testing/write-pdf.ts';
import { openReading } from '../../sandbox/open-reading.ts';
import { engines } from '../engines.ts';
import type { Found } from '../found.ts';

const text = { text: 'One page.', x: 60, y: 700 };

/** What is found in it where readers are kept. */
async function find(bytes: Buffer): Promise<Found[]> {
  const engine = engines['application/pdf'];
  assert.ok(engine);
  const signal = new AbortController().signal;
  await using reading = await openReading(engine, { source: Readable.from([bytes]), signal });
  const found: Found[] = [];
  for await (const one of reading.messages) found.push(one);
  return found;
}

/** What is told of it, or the code of its refusal. */
async function tryToRead(bytes: Buffer): Promise<string> {
  try {
    return (await find(bytes)).map(({ kind }) => kind).join(' ');
  } catch (error) {
    if (error instanceof Cancel) return error.code;
    throw error;
  }
}

const catalog = '<</Type/Catalog/Pages 2 0 R>>';
const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>';

test('a tree of pages that loops, or lies about their number, ends', async () => {
  const loop = writePdf([catalog, '<</Type/Pages/Count 9/Kids[2 0 R 3 0 R]/Parent 2 0 R>>', page]);
  assert.match(await tryToRead(loop), /^(file_damaged|about)/);
  const million = writePdf([catalog, '<</Type/Pages/Count 1000000/Kids[3 0 R]>>', page]);
  assert.match(await tryToRead(million), /^(file_damaged|about( loss)?)$/);
  const negative = writePdf([catalog, '<</Type/Pages/Count -5/Kids[3 0 R]>>', page]);
  assert.match(await tryToRead(negative), /^(file_damaged|about)/);
});

test('a tree that leads to no page is damaged, and pages that it forgot are found', async () => {
  const tree = '<</Type/Pages/Count 1000000/Kids[2 0 R 3 0 R]>>';
  assert.equal(await tryToRead(writePdf([catalog, tree])), 'file_damaged');
  const font = '/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>';
  const drawn = `<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]${font}/Contents 4 0 R>>`;
  const words = 'BT /F 9 Tf 10 50 Td (The lost page) Tj ET';
  const content = `<</Length ${words.length}>>stream\n${words}\nendstream`;
  const found = await find(writePdf([catalog, tree, drawn, content]));
  assert.deepEqual([textOf(found), found.at(-1)?.kind], ['The lost page', 'loss']);
  const within = `<</Type/Pages/Count 1/Kids[${drawn}]>>`;
  const kept = await find(writePdf([catalog, within, page, content]));
  assert.deepEqual([textOf(kept), kept.at(-1)?.kind], ['The lost page', 'text']);
});

test('a file that really has more pages than anybody reads gives the first of them', async () => {
  const pages = Array.from({ length: 5_050 }, () => page);
  const kids = pages.map((_, i) => `${i + 3} 0 R`).join(' ');
  const tree = `<</Type/Pages/Count 5050/Kids[${kids}]>>`;
  const found = await find(writePdf([catalog, tree, ...pages]));
  assert.equal(found[0]?.kind === 'about' && found[0].pages, 5_050);
  assert.deepEqual(
    found.slice(1).map((one) => one.kind === 'loss' && one.code),
    ['too_many_pages'],
  );
});

test('an index that points to itself, and objects that are each other, end', async () => {
  const whole = makePdf({ pages: [{ texts: [text] }] });
  const at = whole.indexOf('xref\n0');
  const looping = makePdf({ pages: [{ texts: [text] }], trailer: `/Prev ${at}` });
  assert.equal(textOf(await find(looping)), 'One page.');
  const each = ['<</Type/Pages/Count 1/Kids[3 0 R]>>', '4 0 R', '3 0 R'];
  assert.match(await tryToRead(writePdf([catalog, ...each])), /^(file_damaged|about)/);
});

test('deep nesting is no way out of it', async () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const nested = writePdf([catalog, `<</Type/Pages/Count 1/Kids[3 0 R]/X ${deep}>>`, page]);
  assert.match(await tryToRead(nested), /^(file_damaged|about)/);
  const content = makePdf({
    pages: [{ content: `${'q '.repeat(10_000)}${deep.slice(0, 100_000)} TJ` }],
  });
  assert.match(await tryToRead(content), /^about/);
});

test('a page as large as a country and a picture that says it is are no work', async () => {
  const large = makePdf({ pages: [{ width: 1e12, height: 1e12, texts: [text] }] });
  assert.equal(textOf(await find(large)), 'One page.');
  const pixels = deflateSync(Buffer.alloc(1_000));
  const image = Buffer.concat([
    Buffer.from(
      '<</Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode' +
        `/Width 100000/Height 100000/Length ${pixels.length}>>stream\n`,
    ),
    pixels,
    Buffer.from('\nendstream'),
  ]);
  const draw = '<</Length 30>>stream\nq 100 0 0 100 0 0 cm /I Do Q     \nendstream';
  const shown = page.replace('>>', '/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>');
  const bytes = writePdf([catalog, '<</Type/Pages/Count 1/Kids[3 0 R]>>', shown, draw, image]);
  assert.match(await tryToRead(bytes), /^about/);
});

test('noise in the middle of a file takes at most what it hits', async () => {
  const pages = Array.from({ length: 6 }, (_, i) => ({
    texts: [{ ...text, text: `Page ${i + 1} here.` }],
  }));
  const whole = makePdf({ pages });
  let state = 7;
  const next = () => (state = (state * 48_271) % 2_147_483_647);
  for (let round = 0; round < 25; round++) {
    const bytes = Buffer.from(whole);
    for (let i = 0; i < 40; i++) bytes[next() % bytes.length] = next() % 256;
    assert.match(await tryToRead(bytes), /^(file_damaged|password_protected|about)/);
  }
});
