import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCompoundFile } from '../../testing/make-compound-file.ts';
import { makeDoc } from '../../testing/make-doc.ts';
import { readWith } from '../../testing/make-office.ts';
import { readDoc } from './read-doc.ts';

const read = async (file: Parameters<typeof makeDoc>[0]) => readWith(readDoc, makeDoc(file));

test('text in pieces of one and of two bytes a character is put together in order', async () => {
  const narrow = 'caf\u00e9 \x93quoted\x94\r';
  const wide = 'Прилив 潮汐\r';
  const { texts } = await read({
    pieces: [{ text: narrow }, { text: wide, isWide: true }],
    stories: [narrow.length + wide.length],
  });
  assert.deepEqual(texts, ['café “quoted”', 'Прилив 潮汐']);
});

test('fields show their results, optional hyphens and marks of pictures nothing', async () => {
  const text = 'See \x13 HYPERLINK "x" \x14this\x15 op\x1ftion\x1eal\x01.\rnext\x0bline\r';
  const { texts } = await read({ pieces: [{ text }], stories: [text.length] });
  assert.deepEqual(texts, ['See this option‑al.', 'next\nline']);
});

test('a field that never ends does not swallow what follows', async () => {
  const text = `a\r\x13 PAGE\r${'lost\r'.repeat(3)}found\r`;
  const { texts } = await read({ pieces: [{ text }], stories: [text.length] });
  assert.ok(texts.includes('found'));
});

test('rows of a table are lines', async () => {
  const text = 'before\ra\x07b\x07\x07c\x07d\x07\x07after\r';
  const { texts } = await read({ pieces: [{ text }], stories: [text.length] });
  assert.deepEqual(texts, ['before', 'a\tb\nc\td', 'after']);
});

test('footnotes and headers follow the body', async () => {
  const { texts, found } = await read({
    pieces: [{ text: 'Body.\rNote.\rHead.\r' }],
    stories: [6, 6, 6],
  });
  assert.deepEqual(texts, ['Body.', 'Note.', 'Head.']);
  assert.deepEqual(
    found.flatMap((it) => (it.kind === 'text' ? [it.unit] : [])),
    [1, 2, 3],
  );
});

test('Russian text that a program wrote in its own code page is Russian', async () => {
  const text = 'Прилив и отлив бывают дважды в сутки\r';
  const bytes = Buffer.from(
    Array.from({ length: text.length }, (_, i) => {
      const code = text.charCodeAt(i);
      return code < 128 ? code : code - 0x0410 + 0xc0;
    }),
  );
  const { texts } = await read({
    pieces: [{ text, bytes }],
    stories: [text.length],
    language: 0x419,
  });
  assert.deepEqual(texts, [text.trim()]);
});

test('what cannot be read is refused with a reason', async () => {
  const locked = makeDoc({ pieces: [{ text: 'x\r' }], stories: [2], flags: 0x0100 });
  const refused: Record<string, [string, Buffer]> = {
    'a password': ['password_protected', locked],
    'another file in the same container': [
      'file_damaged',
      makeCompoundFile({ Workbook: Buffer.alloc(9) }),
    ],
    nothing: ['file_damaged', Buffer.alloc(0)],
    noise: ['file_damaged', Buffer.alloc(4_096, 0xaa)],
    'the mark alone': ['file_damaged', Buffer.from('d0cf11e0a1b11ae1', 'hex')],
  };
  for (const [what, [code, bytes]] of Object.entries(refused)) {
    assert.equal((await readWith(readDoc, bytes)).refusal, code, what);
  }
});

test('of a document that breaks off, what is there is read and the loss is told', async () => {
  const text = 'A line of text.\r'.repeat(2_000);
  const file = { pieces: [{ text }, { text }], stories: [text.length * 2] };
  const whole = makeDoc(file);
  // The second half of the text leads nowhere, while the table behind it is there.
  const table = whole.subarray(whole.length - 4_096);
  const at = whole.indexOf(table.subarray(0, 64));
  const list = at + 5 + 3 * 4;
  whole.writeUInt32LE((0x40000000 + 0x3ffffff) >>> 0, list + 8 + 2);
  const { losses, texts } = await readWith(readDoc, whole);
  assert.deepEqual([texts.length, losses], [2_000, ['file_damaged']]);
});

test('whatever bytes are changed, and chains that loop, reading ends', async () => {
  const text = 'A line of text.\r'.repeat(300);
  const whole = makeDoc({ pieces: [{ text }], stories: [text.length] });
  for (let seed = 1; seed <= 120; seed++) {
    const bytes = Buffer.from(whole);
    for (let i = 0; i < 10; i++) {
      // Half of the changes are in the tables at the beginning.
      const range = i % 2 === 0 ? 1_500 : bytes.length;
      bytes[(seed * 7_919 + i * 104_729) % range] = (seed * 31 + i * 7) % 256;
    }
    await readWith(readDoc, bytes);
  }
});
