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
