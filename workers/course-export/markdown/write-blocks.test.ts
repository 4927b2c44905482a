import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RichNode } from '@lectern/db/graph/rich-text';
import { lexer } from 'marked';
import { canonicalRichText } from '../../course-import/canonical-rich-text.ts';
import { blocksOf } from '../../course-import/markdown/blocks-of.ts';
import { block, link, text } from '../../testing/course-source.ts';
import { writeBlocks } from './write-blocks.ts';

const write = (...nodes: readonly RichNode[]) =>
  writeBlocks(nodes, { findAddress: (href) => href, headingShift: 3 });
const read = (markdown: string) =>
  canonicalRichText({ type: 'doc', content: blocksOf(lexer(markdown), { headingShift: 3 }) });

/** What is written says the same when it is read. */
function assertKept(...content: readonly RichNode[]): void {
  const markdown = write(...content);
  const wanted = canonicalRichText({ type: 'doc', content });
  assert.deepEqual(read(markdown)?.content, wanted?.content, markdown);
}

const paragraph = (...content: readonly RichNode[]) => block('paragraph', ...content);
const item = (...content: readonly RichNode[]) => block('listItem', ...content);

// Words that are signs in Markdown or HTML, or would be beside others.
const words = [
  ['*', '**', '***', '_', '__', '~', '~~', '`', '```', '\\', '|', '<', '>', '&', '!', '[ ]'],
  ['*star*', '**bold**', '_under_', '__u__', 'a_b_c', 'a*b*c', '~~no~~', '`code`', '5 < 6'],
  ['# hash', '#tag', 'end #', '- dash', '+ plus', '1. one', '2) two', '1986. A year', '> quote'],
  ['---', '- - -', '***', '___', '===', ':--', '| a |', '|---|', '+1', '[x] done', '[^1]'],
  ['[x](y)', '![i](j)', '[ref]: /url', '<b>', '</div>', '<!-- c -->', '<https://a.b>'],
  ['&amp;', '&#42;', '&copy', '\\*', '\\n', '\\&#42;', 'x@y', 'https://a.b/~me*', 'www.a.b/*'],
  ['Приливы', '🌊', '«отлив»', '$x$', '"q"', "it's", '1) one', '-', '+', '1.', '(1)'],
].flat();

for (const [where, make] of [
  ['a paragraph', (node: RichNode) => paragraph(node)],
  ['a line after a break', (node: RichNode) => paragraph(text('Ebb'), { type: 'hardBreak' }, node)],
  ['the middle of a line', (node: RichNode) => paragraph(text('Ebb '), node, text(' flow'))],
  ['a heading', (node: RichNode) => ({ ...block('heading', node), attrs: { level: 2 } })],
  ['a point of a list', (node: RichNode) => block('bulletList', item(paragraph(node)))],
  ['a quote', (node: RichNode) => block('blockquote', paragraph(node))],
  [
    'a table',
    (node: RichNode) =>
      block(
        'table',
        block(
          'tableRow',
          block('tableHeader', paragraph(node)),
          block('tableHeader', paragraph(node)),
        ),
        block('tableRow', block('tableCell', paragraph(node)), block('tableCell', paragraph(node))),
      ),
  ],
] as const) {
  test(`in ${where} signs are words, plain and marked`, () => {
    for (const word of words) {
      assertKept(make(text(word)));
      for (const mark of ['bold', 'italic', 'strike', 'code']) assertKept(make(text(word, mark)));
      assertKept(make(text(word, 'bold', 'italic')));
      assertKept(make(link(word, 'https://example.org/a(b)?c=d')));
    }
  });
}

test('marks begin and end within words, beside signs and beside each other', () => {
  for (const [before, marked, after] of [
    ['re', 'start', 'ed'],
    ['', 'Note:', 'look'],
    ['flow', '(1)', ''],
    ['прилив', '«отлив»', 'прилив'],
    ['🌊', '«', '🌊'],
    ['a_b', '(c)', 'd_e'],
    ['Look!', 'there', '!'],
    ['https://a.b', '#tag', ''],
  ] as const) {
    for (const mark of ['bold', 'italic', 'strike']) {
      assertKept(paragraph(text(before), text(marked, mark), text(after)));
    }
    assertKept(paragraph(text(before), link(marked, 'https://example.org'), text(after)));
  }
  assertKept(paragraph(text('bold', 'bold'), text('italic', 'italic'), text('bold', 'bold')));
  assertKept(paragraph(text('a', 'bold'), text('b', 'bold', 'italic'), text('c', 'italic')));
  assertKept(paragraph(text('a '), text(' b ', 'code'), text(' c')));
});

test('spaces at the edge of a mark stand beside it', () => {
  assert.equal(
    write(paragraph(text('Ebb'), text(' and ', 'bold'), text('flow'))),
    'Ebb **and** flow',
  );
  assert.equal(write(paragraph(text('Ebb'), text(' ', 'italic'), text('flow'))), 'Ebb flow');
});

test('code keeps its lines, its signs and its language', () => {
  for (const code of [
    'a',
    'a\n',
    '\na',
    'a\n\n\nb\n\n',
    '  a\n    b',
    '```\na\n```',
    '~~~',
    '<b>*',
  ]) {
    assertKept({ type: 'codeBlock', attrs: { language: 'js' }, content: [text(code)] });
    assertKept(block('blockquote', block('codeBlock', text(code))));
    assertKept(block('bulletList', item(paragraph(text('So:')), block('codeBlock', text(code)))));
  }
  assertKept(block('codeBlock', text('a\n\tb')), block('codeBlock'), paragraph(text('After.')));
});

test('lists hold lists, paragraphs and code, and two of them stay two', () => {
  const list = (...items: readonly RichNode[]) => block('bulletList', ...items);
  const ordered = (start: number, ...items: readonly RichNode[]) => ({
    ...block('orderedList', ...items),
    ...(start !== 1 && { attrs: { start } }),
  });
  const [one, two] = [paragraph(text('One')), paragraph(text('Two'))];
  assertKept(list(item(one, list(item(two), item(one))), item(two)));
  assertKept(list(item(one, ordered(3, item(two)))), two);
  assertKept(ordered(9, item(one, two), item(one), item(one, ordered(1, item(two)))));
  assertKept(list(item(one)), list(item(two)), list(item(one)));
  assertKept(ordered(1, item(one)), ordered(1, item(two)));
  assertKept(
    block('blockquote', list(item(one, block('blockquote', two))), { type: 'horizontalRule' }),
  );
  const task = (checked: boolean, ...content: readonly RichNode[]) => ({
    ...block('taskItem', ...content),
    attrs: { checked },
  });
  assertKept(block('taskList', task(true, one), task(false, two)));
});

test('what leads nowhere is words, and a picture stays one', () => {
  const nowhere = { findAddress: () => undefined, headingShift: 3 };
  const there = paragraph(link('there', 'javascript:alert(1)'));
  assert.equal(writeBlocks([there], nowhere), 'there');
  const picture = { type: 'image', attrs: { src: 'https://example.org/a b.png', alt: 'A [tide]' } };
  assert.equal(writeBlocks([picture], nowhere), 'A \\[tide\\]');
  assert.equal(write(picture), '![A \\[tide\\]](<https://example.org/a%20b.png>)');
});
