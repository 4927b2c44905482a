import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findInFile, piecesOf, textOf } from '../../testing/find-in-file.ts';
import { makePdf, type PdfPage } from '../../testing/make-pdf.ts';
import type { Found } from '../found.ts';
import { readPdf } from './read-pdf.ts';

const line = (text: string, more = {}) => ({ text, x: 60, y: 700, ...more });
const read = (...pages: PdfPage[]) => findInFile(readPdf, makePdf({ pages }));
const kindsOf = (found: readonly Found[]) => found.map(({ kind }) => kind);
const picture = { width: 60, height: 80, pixels: Buffer.alloc(60 * 80, 200) };

test('every page is told with its number, its heading and where on it the text stands', async () => {
  const found = await findInFile(
    readPdf,
    makePdf({
      pages: [
        { texts: [line('The moon pulls.')] },
        { texts: [line('Twice a day.', { y: 400 })], notes: ['Ask the harbour master'] },
      ],
      info: { Title: 'Tides\u0000', Author: 'A. Nonymous' },
      language: 'en-GB',
      outline: [
        { title: 'The moon', page: 0 },
        { title: 'High water', page: 1 },
      ],
    }),
  );
  assert.deepEqual(found[0], {
    kind: 'about',
    pages: 2,
    title: 'Tides',
    author: 'A. Nonymous',
    language: 'en-GB',
  });
  assert.deepEqual(
    piecesOf(found).map(({ text, place: { page, heading } }) => [page, heading, text]),
    [
      [1, 'The moon', 'The moon pulls.'],
      [2, 'High water', 'Twice a day.'],
      [2, 'High water', 'Ask the harbour master'],
    ],
  );
  const [x = 0, y = 0, width = 0, height = 0] = piecesOf(found)[0]?.place.box ?? [];
  assert.ok(Math.abs(x - 60 / 595) < 0.01 && Math.abs(y + height - 142 / 842) < 0.02);
  assert.ok(width > 0.1 && width < 0.2 && height < 0.03);
});

test('a page that is only a picture has to be looked at, an empty one has not', async () => {
  const found = await read({ picture }, {}, { texts: [line('A page of text.')] });
  assert.deepEqual(kindsOf(found), ['about', 'scan', 'text']);
  assert.deepEqual(found[1], { kind: 'scan', unit: 1, place: { page: 1 }, why: 'no_text' });
});

test('a stamp on a picture of a page does not pass for its text', async () => {
  const found = await read({ picture, texts: [line('Received 25 November')] });
  assert.deepEqual(kindsOf(found), ['about', 'text', 'scan']);
});

test('a scan between lines that its publisher printed is looked at, and a small picture is not', async () => {
  const pixels = Buffer.alloc(100, 200);
  const show = (text: string, y: number) =>
    `BT /A 9 Tf 45 ${y} Td <${Buffer.from(text, 'utf16le').swap16().toString('hex')}> Tj ET`;
  const page = (width: number, height: number) => ({
    picture: { width: 10, height: 10, pixels },
    content: [
      show('Journal of the Tides, volume 12, spring of the year 1954', 810),
      `q ${width} 0 0 ${height} 45 50 cm /P Do Q`,
      show('Downloaded from the library of the harbour by one of its readers', 20),
    ].join('\n'),
  });
  const found = await read(page(505, 735), page(300, 300));
  assert.deepEqual(kindsOf(found), ['about', 'text', 'scan', 'text']);
});

test('a page whose letters are not what is seen has to be looked at, and the others are read', async () => {
  const garbage = '\ue012\ue023\ue034 \ue045\ue056\ue067 \ue078 \ue089\ue09a';
  const found = await read({ texts: [line(garbage)] }, { texts: [line('The next page is fine.')] });
  assert.deepEqual(kindsOf(found), ['about', 'scan', 'text']);
  assert.deepEqual(found[1], { kind: 'scan', unit: 1, place: { page: 1 }, why: 'garbage' });
});

test('a layer under a scan that is no language does not pass for what is seen', async () => {
  const words = 'The lighthouse keepers write down the height of the tide, twice a day, in a book.';
  const shifted = Array.from(words, (one) => String.fromCharCode(one.charCodeAt(0) + 1)).join('');
  const layer = (text: string) =>
    Array.from({ length: 8 }, (_, i) => line(text, { y: 700 - 20 * i, size: 6 }));
  const found = await read(
    { picture, texts: layer(shifted) },
    { picture, texts: layer(words) },
    { texts: layer(shifted) },
  );
  assert.deepEqual(kindsOf(found), ['about', 'scan', 'text', 'text']);
  assert.deepEqual(found[1], { kind: 'scan', unit: 1, place: { page: 1 }, why: 'garbage' });
});

test('a page that ends in the middle of its text is told of, and one that is only untidy is not', async () => {
  const words = 'BT /A 12 Tf 60 700 Td <00410042> Tj';
  const cut = 'BT /A 12 Tf 60 700 Td (Words that do not end Tj ET';
  const half = `${words} 0 -20 Td [(Words that do not end] TJ ET`;
  const found = await read({ texts: [line('Text.')] }, { content: cut }, { content: half });
  assert.deepEqual(found.at(-1), {
    kind: 'loss',
    code: 'pages_damaged',
    message: '2 pages are damaged and could be read only in part.',
  });
  assert.equal(textOf(found), 'Text.\n\nAB');
  const untidy = await read({ content: words }, { content: `q ${words} ET` }, { content: 'q Q' });
  assert.deepEqual(kindsOf(untidy), ['about', 'text', 'text']);
});

test('files within the file are named, and PDFs among them are read', async () => {
  const bytes = makePdf({ pages: [{ texts: [line('Inside of it.')] }] });
  const found = await findInFile(
    readPdf,
    makePdf({
      pages: [{ texts: [line('A cover.')] }],
      attachments: [
        { name: 'inside.pdf', bytes },
        { name: 'sums.xls', bytes: Buffer.from('no pdf') },
      ],
    }),
  );
  assert.equal(textOf(found), 'A cover.\n\ninside.pdf\n\nInside of it.\n\nsums.xls');
  assert.deepEqual(piecesOf(found)[2]?.place.heading, 'inside.pdf');
});

test('a file that opens only with a password is named as such', async () => {
  const secret = '0'.repeat(64);
  const trailer = `/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<${secret}>/U<${secret}>>>`;
  const bytes = makePdf({ pages: [{ texts: [line('secret')] }], trailer });
  await assert.rejects(findInFile(readPdf, bytes), { code: 'password_protected' });
});

test('of a damaged file that is read which can be, and what has nothing left is refused', async () => {
  const pages = Array.from({ length: 20 }, (_, i) => ({ texts: [line(`This is page ${i + 1}.`)] }));
  const whole = makePdf({ pages });
  const withoutIndex = whole.subarray(0, whole.indexOf('xref\n'));
  assert.match(textOf(await findInFile(readPdf, withoutIndex)), /page 1\.\n\nThis.*page 20\./s);
  const half = await findInFile(readPdf, whole.subarray(0, whole.length / 2));
  assert.match(textOf(half), /This is page 1\./);
  assert.equal(half.at(-1)?.kind, 'loss');
  for (const bytes of [
    Buffer.from('%PDF-1.7\n'),
    Buffer.from('%PDF-1.4\n%%EOF'),
    whole.subarray(0, 30),
  ]) {
    await assert.rejects(findInFile(readPdf, bytes), { code: 'file_damaged' });
  }
});
