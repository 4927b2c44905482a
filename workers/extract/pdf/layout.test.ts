import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findInFile, piecesOf, textOf } from '../../testing/find-in-file.ts';
import { makePdf, type PdfPage, type PdfText } from '../../testing/make-pdf.ts';
import { readPdf } from './read-pdf.ts';

const read = async (...pages: PdfPage[]) => findInFile(readPdf, makePdf({ pages }));
const readText = async (...texts: PdfText[]) => textOf(await read({ texts }));

/** Lines under each other. */
function lines(x: number, y: number, texts: readonly string[], more?: Partial<PdfText>): PdfText[] {
  return texts.map((text, i) => ({ text, x, y: y - i * 14, ...more }));
}

const left = [
  'The moon pulls the sea towards it and',
  'so does the sun, though only half as',
  'much, because it is much farther away',
  'from the waters of our small planet.',
];
const right = [
  'Twice in a month the two of them stand',
  'in one line with us, and then they pull',
  'together: the water rises higher, and it',
  'falls lower than on all the other days.',
];

test('columns are read one after the other, in whatever order they are drawn', async () => {
  const title = {
    text: 'A long title that goes over both of the columns',
    x: 60,
    y: 760,
    size: 18,
  };
  const [before, after] = [lines(60, 700, left), lines(330, 700, right)];
  const expected = `${title.text}\n\n${left.join(' ')}\n\n${right.join(' ')}`;
  assert.equal(await readText(title, ...before, ...after), expected);
  const byRow = before.flatMap((line, i) => [line, ...after.slice(i, i + 1)]);
  assert.equal(await readText(title, ...byRow), expected);
  assert.equal(await readText(...after, ...before, title), expected);
});

test('three columns, with a heading over all of them in the middle', async () => {
  const column = (name: string) => [1, 2, 3].map((n) => `column ${name} has line ${n} here`);
  const columns = (y: number, names: readonly string[]) =>
    names.flatMap((name, i) => lines(40 + i * 185, y, column(name)));
  const heading = {
    text: 'Here the second half begins, over all of the columns of it',
    x: 40,
    y: 640,
  };
  const text = await readText(
    ...columns(700, ['a', 'b', 'c']),
    heading,
    ...columns(615, ['d', 'e', 'f']),
  );
  assert.deepEqual(
    text.match(/column \w|second half/g)?.filter((name, i, all) => name !== all[i - 1]),
    ['column a', 'column b', 'column c', 'second half', 'column d', 'column e', 'column f'],
  );
});

test('a table is read row by row', async () => {
  const cells = [
    ['Place', 'High', 'Low'],
    ['Dover', '6.8', '0.8'],
    ['Brest', '7.1', '1.0'],
    ['Murmansk', '4.0', '0.4'],
  ];
  const texts = cells.flatMap((row, i) =>
    row.map((text, j) => ({ text, x: 60 + j * 150, y: 700 - i * 16 })),
  );
  const expected = cells.map((row) => row.join('\t')).join('\n');
  assert.equal(await readText(...texts), expected);
});

test('words that the end of a line has cut are whole again, and others keep their hyphen', async () => {
  const text = await readText(
    ...lines(60, 700, [
      'Nobody knows why the old harbour mas-',
      'ter of the Anglo-',
      'Saxon town wrote the inter\u00adnation-',
      'al tables of 1990-',
      '95 without a hyphen, but he did so.',
    ]),
  );
  assert.match(text, /harbour master of the Anglo-Saxon town/);
  assert.match(text, /wrote the international tables of 1990-95 without/);
});

test('a word that has a hyphen of its own keeps it at the end of a line', async () => {
  const text = await readText(
    ...lines(60, 700, [
      'It is the best there is and state-of-the-',
      'art in all ways, as they wrote in an E-',
      'mail. Никто не пришёл туда вчера из-',
      'за дождя, а мы говорили только по-',
      'русски и вспомнили под вечер кое-',
      'что о том, как в тот день все по-',
      'тому не пришли, что социально-эконо-',
      'мический строй тогда был иной.',
    ]),
  );
  assert.match(text, /state-of-the-art in all/);
  assert.match(text, /an E-mail\. Никто/);
  assert.match(text, /из-за дождя.* по-русски .* кое-что о том/);
  assert.match(text, /все потому не пришли, что социально-экономический строй/);
});

test('paragraphs end where the next is set in, or more room is left', async () => {
  const body = [
    'which goes on to the end of its line and then',
    'goes on in the next until it ends.',
  ];
  const first = [{ text: 'One paragraph is set in at its first line', x: 80, y: 700 }];
  const second = [{ text: 'Another paragraph is set in just like it', x: 80, y: 658 }];
  const third = lines(60, 600, ['The last has room above it.']);
  const found = await readText(
    ...first,
    ...lines(60, 686, body),
    ...second,
    ...lines(60, 644, body),
    ...third,
  );
  assert.deepEqual(
    found.split('\n\n').map((text) => text.slice(0, 8)),
    ['One para', 'Another ', 'The last'],
  );
});

test('text from right to left comes in the order in which it is spoken', async () => {
  const drawn = (text: string) => Array.from(text).toReversed().join('');
  const text = await readText(
    { text: drawn('القمر يجذب'), x: 300, y: 700 },
    { text: drawn('البحر مرتين'), x: 220, y: 700 },
    { text: drawn('הירח מושך'), x: 300, y: 600 },
    { text: '2026', x: 270, y: 600 },
  );
  assert.match(text, /القمر يجذب البحر مرتين/);
  assert.match(text, /הירח מושך 2026/);
});

test('Chinese and Japanese lines are joined without spaces, and Korean ones with', async () => {
  const japanese = lines(60, 700, ['月は海を引き、海は一日に', '二度それに従う。'], { size: 14 });
  assert.equal(await readText(...japanese), '月は海を引き、海は一日に二度それに従う。');
  const korean = lines(60, 700, [
    '달은 바다를 끌어당기고 바다는',
    '하루에 두 번 달을 따라간다 그래',
  ]);
  assert.equal(
    await readText(...korean),
    '달은 바다를 끌어당기고 바다는 하루에 두 번 달을 따라간다 그래',
  );
});

test('lines from top to bottom are read from the right', async () => {
  const text = await readText(
    { text: '海は一日に二度', x: 400, y: 700, isVertical: true },
    { text: 'それに従う', x: 380, y: 700, isVertical: true },
  );
  assert.equal(text, '海は一日に二度それに従う');
});

test('turned pages and turned text are read, and their place is that on the page as it is seen', async () => {
  const turnedLines = ['The first line of a turned page', 'and one more.'].map((text, i) => ({
    text,
    x: 100 + i * 14,
    y: 100,
    angle: 90,
  }));
  const [turned] = piecesOf(await read({ rotate: 90, texts: turnedLines }));
  const [sideways] = piecesOf(
    await read({ texts: [{ text: 'A stamp at the margin', x: 30, y: 300, angle: 90 }] }),
  );
  assert.match(turned?.text ?? '', /^The first line of a turned page\sand one more\.$/);
  assert.equal(sideways?.text, 'A stamp at the margin');
  const [x = 1, y = 1, width = 1, height = 1] = sideways?.place.box ?? [];
  assert.ok(x < 0.06 && width < 0.05, 'at the left');
  assert.ok(height > width && y + height < 0.66, 'from 300 upwards');
});

test('words whose letters stand apart are words', async () => {
  const texts = [{ text: 'Tides and their tables', x: 60, y: 700, spacing: 0.4 }];
  assert.equal(await readText(...texts), 'Tides and their tables');
});

test('letters that are drawn twice to be bold are read once, and accents join their letter', async () => {
  const bold = [0, 0.4].map((by) => ({ text: 'Bold heading', x: 60 + by, y: 700 }));
  assert.equal(await readText(...bold), 'Bold heading');
  assert.equal(
    await readText({ text: 'a na\u00a8\u0131ve r\u00b4esum\u00b4e', x: 60, y: 700 }),
    'a naïve résumé',
  );
});

test('the signs before items of a list are those that everybody knows', async () => {
  const items = ['Spring tides', 'Neap tides'].map((text) => `\uf0b7 ${text}`);
  assert.equal(await readText(...lines(60, 700, items)), '• Spring tides\n• Neap tides');
});
