import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RichNode } from '@lectern/db/graph/rich-text';
import { makeNode } from '@lectern/db/testing/make-graph-doc';
import { block, makeSource, readEntries, text } from '../testing/course-source.ts';
import { wordsOf } from '../testing/list-tags.ts';
import { listHtmlEntries } from './html/list-html-entries.ts';
import { listMarkdownEntries } from './markdown/list-markdown-entries.ts';

// Each of these took minutes where an expression tried every character, or a list was copied for each
// of its entries: then the file does not end in time.

const length = 900_000;

async function exportBoth(node: Parameters<typeof makeNode>[1]) {
  const source = () => makeSource({ nodes: [makeNode('a', { data: {}, ...node })], edges: [] });
  const pages = await readEntries(listHtmlEntries(source()));
  const texts = await readEntries(listMarkdownEntries(source()));
  const page = wordsOf(pages.get('pages/001.html')?.toString() ?? '');
  return { page, markdown: texts.get('course.md')?.toString() ?? '' };
}

const ofText = (...content: readonly RichNode[]) => ({
  content: { type: 'doc' as const, content },
});

test('a text of one sign alone is written with what stands around it', async () => {
  for (const sign of [
    ' ',
    '\n',
    '\n ',
    '#',
    '_',
    '*',
    '`',
    '](',
    '\\',
    'http://',
    '&a',
    '- ',
    '|',
  ]) {
    const words = `Begin${sign.repeat(length / sign.length)}End`;
    for (const type of ['paragraph', 'heading', 'codeBlock']) {
      const { page, markdown } = await exportBoth(ofText(block(type, text(words))));
      for (const written of [page, markdown]) {
        assert.ok(written.indexOf('Begin') > 0, `${sign} in a ${type}`);
        assert.ok(written.indexOf('End') > written.indexOf('Begin'), `${sign} in a ${type}`);
      }
    }
  }
});

test('a paragraph of many runs, and words without a paragraph, are written whole and in order', async () => {
  const many = 40_000;
  const runs = Array.from({ length: many }, (_, i) =>
    text(`(${i})`, i % 2 === 0 ? 'bold' : 'italic'),
  );
  const loose = Array.from({ length: many }, (_, i) => text(`[${i}]`));
  const { page, markdown } = await exportBoth(ofText(block('paragraph', ...runs), ...loose));
  for (const written of [page, markdown]) {
    const numbers = [...written.matchAll(/[([](\d+)\\?[)\]]/g)].map(([, number]) => Number(number));
    assert.deepEqual(
      numbers,
      [...runs, ...loose].map((_, i) => i % many),
    );
  }
});

test('a field with many values, and fields within fields, are told whole', async () => {
  const values = Array.from({ length: 40_000 }, (_, i) => `w${i}`);
  let nested: unknown = 'deep';
  for (let i = 0; i < 18; i++) nested = i % 2 === 0 ? { within: nested } : [nested];
  const { page, markdown } = await exportBoth({ data: { values, nested } });
  for (const written of [page, markdown]) {
    assert.ok(written.includes(values.join(', ')));
    assert.match(written, /deep/);
  }
});
