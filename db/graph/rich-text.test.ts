import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as Y from 'yjs';
import { parseRichText } from './parse-rich-text.ts';
import { OutOfBounds } from './read-json.ts';
import { plainText, readRichText } from './rich-text.ts';
import { writeRichText } from './write-rich-text.ts';

const budget = () => ({ left: 1_000_000, depth: 60 });
const text = (words: string, ...marks: object[]) => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks }),
});
const block = (type: string, ...content: object[]) => ({ type, content });
const doc = (...content: object[]) => ({ type: 'doc', content });

/** Through the document, as another reads it. */
function writeAndRead(value: unknown): unknown {
  const written = new Y.Doc();
  writeRichText(written.getXmlFragment('content'), parseRichText(value));
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(written));
  return readRichText(other.getXmlFragment('content'), budget());
}

const bold = { type: 'bold' };
const link = { type: 'link', attrs: { href: 'https://example.org/?a=1&b=2', target: '_blank' } };
const cell = (words: string, type = 'tableCell') => ({
  type,
  attrs: { colspan: 1, colwidth: [120, 80] },
  content: [block('paragraph', text(words))],
});
const texts = {
  headings: doc(
    { type: 'heading', attrs: { level: 1 }, content: [text('Tides')] },
    { type: 'heading', attrs: { level: 3 }, content: [text('Ebb')] },
  ),
  lists: doc(
    block(
      'bulletList',
      block('listItem', block('paragraph', text('One')), {
        type: 'orderedList',
        attrs: { start: 3 },
        content: [block('listItem', block('paragraph', text('Two')))],
      }),
    ),
    block('taskList', {
      type: 'taskItem',
      attrs: { checked: true },
      content: [block('paragraph')],
    }),
  ),
  tables: doc(
    block(
      'table',
      block('tableRow', cell('Name', 'tableHeader'), cell('Depth')),
      block('tableRow', cell('a'), cell('1 m')),
    ),
  ),
  marks: doc(
    block(
      'paragraph',
      text('plain '),
      text('both', bold, { type: 'italic' }),
      text(' and '),
      text('one', bold),
    ),
  ),
  links: doc(block('paragraph', text('see '), text('this', bold, link), text('.'))),
  'breaks and pictures': doc(
    block('paragraph', text('one'), { type: 'hardBreak' }, text('two')),
    { type: 'image', attrs: { src: '/a.png', alt: 'A “map” <1>', width: 0.5 } },
    { type: 'horizontalRule' },
  ),
  'emoji and pairs of surrogates': doc(
    block('paragraph', text('👩‍👩‍👧‍👦 𝒜'), text('🌊', bold), text('é𠮷')),
    { type: 'codeBlock', attrs: { language: 'ts' }, content: [text('a < b && c\n\t"d"')] },
  ),
};

for (const [what, value] of Object.entries(texts)) {
  test(`${what} are read as they were written`, () => {
    // Blocks without content are written without the list.
    const wanted: unknown = JSON.parse(JSON.stringify(value).replaceAll(',"content":[]', ''));
    assert.deepEqual(writeAndRead(value), wanted);
    assert.deepEqual(writeAndRead(writeAndRead(value)), wanted);
  });
}

test('characters of two units are kept whole when one beside or like them is changed', () => {
  const fragment = new Y.Doc().getXmlFragment('content');
  for (const words of ['🌊🌍', '🌊🌎', '🌊x🌎', '𝒜🌎']) {
    writeRichText(fragment, parseRichText(doc(block('paragraph', text(words)))));
    assert.deepEqual(readRichText(fragment, budget()), doc(block('paragraph', text(words))));
  }
});

test('NUL and halves of characters are left out, and no text is none', () => {
  assert.deepEqual(
    writeAndRead(doc(block('paragraph', text('a\0b\ud800c')))),
    doc(block('paragraph', text('ab\ufffdc'))),
  );
  assert.equal(parseRichText(null), undefined);
  assert.equal(parseRichText(doc()), undefined);
});

test('what is not rich text, too deep or too large is refused', () => {
  let deep = block('paragraph');
  for (let level = 0; level < 70; level++) deep = block('blockquote', deep);
  for (const value of [
    'words',
    { type: 'paragraph' },
    doc({ content: [] }),
    doc({ type: 'text' }),
    doc({ type: 'a b' }),
    doc(block('paragraph', text('x', { type: 5 }))),
    doc(deep),
    doc(text('x'.repeat(1_100_000))),
  ]) {
    assert.throws(() => parseRichText(value), OutOfBounds);
  }
});

test('the words alone have each block on a line of its own', () => {
  const parsed = parseRichText(
    doc(...texts.headings.content, ...texts['breaks and pictures'].content),
  );
  assert.ok(parsed !== undefined);
  assert.equal(plainText(parsed), 'Tides\nEbb\none\ntwo');
});
