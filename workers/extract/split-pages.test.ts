import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitPages } from './split-pages.ts';

test('text without headings is one piece as it is', () => {
  assert.deepEqual(splitPages('One.\n\nTwo.\n', { hasHeadings: false }), [
    { number: 1, text: 'One.\n\nTwo.', place: {} },
  ]);
});

test('a number sign within a code block or without a space is no heading', () => {
  const text = '# Real\n```\n# not one\n```\n#tag\n';
  assert.deepEqual(
    splitPages(text, { hasHeadings: true }).map(({ place }) => place),
    [{ heading: 'Real' }],
  );
});

test('closing number signs do not belong to the heading', () => {
  assert.deepEqual(splitPages('## Neap tides ##\nText', { hasHeadings: true })[0]?.place, {
    heading: 'Neap tides',
  });
});

const headingsOf = (text: string) =>
  splitPages(text, { hasHeadings: true }).map(({ place }) => place.heading);

test('a heading stands under those above it', () => {
  const text = '# One\na\n### Deep\nb\n## Two\nc\n# Other\nd\n';
  assert.deepEqual(headingsOf(text), ['One', 'One › Deep', 'One › Two', 'Other']);
});

test('a line of signs below its words makes them a heading', () => {
  const text = 'Before.\n\nTides\n=====\n\na\n\nSpring\ntides\n---\nb\n';
  assert.deepEqual(headingsOf(text), [undefined, 'Tides', 'Tides › Spring tides']);
  assert.equal(splitPages(text, { hasHeadings: true })[2]?.text, 'Spring\ntides\n---\nb');
});

test('lines of dashes that end a list, a quotation, a table or a text of many lines make none', () => {
  for (const above of ['', '- an item', '> said', '1. first', '| a | b |', '    code', '***']) {
    assert.deepEqual(headingsOf(`x\n\n${above}\n---\ntext`), [undefined], above);
  }
  assert.deepEqual(headingsOf(`${'words of a text\n'.repeat(20)}---\ntext`), [undefined]);
  assert.deepEqual(headingsOf('```\nTides\n---\n```\n'), [undefined]);
  assert.deepEqual(headingsOf('---\ntitle: Tides\n---\n# One\n'), [undefined, 'One']);
});

test('a heading keeps the signs that are part of a word, and a line of a million spaces takes no time', () => {
  assert.deepEqual(headingsOf('# C#\na\n'), ['C#']);
  const spaces = ' '.repeat(1_000_000);
  const long = `# a${spaces}b\n# ${spaces}x#\n${'- '.repeat(500_000)}x\n`;
  assert.deepEqual([...new Set(headingsOf(long))], ['a', 'x#']);
});

test('blank text has no pieces', () => {
  assert.deepEqual(splitPages(' \n\n ', { hasHeadings: true }), []);
});

test('long text is cut at paragraphs and nothing is lost', () => {
  const paragraphs = Array.from({ length: 2_000 }, (_, i) => `Paragraph ${i} has some words.`);
  const pages = splitPages(paragraphs.join('\n\n'), { hasHeadings: false });
  assert.ok(pages.length > 2);
  assert.ok(pages.every(({ text }) => text.length <= 20_000));
  assert.deepEqual(
    pages.flatMap(({ text }) => text.split('\n\n')),
    paragraphs,
  );
});

test('text without any gap is cut too, never through a character', () => {
  const pages = splitPages('x' + '😀'.repeat(30_000), { hasHeadings: false });
  assert.ok(pages.every(({ text }) => text.isWellFormed() && text.length <= 20_000));
  assert.equal(pages.map(({ text }) => text).join(''), 'x' + '😀'.repeat(30_000));
});
