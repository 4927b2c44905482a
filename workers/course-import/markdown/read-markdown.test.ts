import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from '@lectern/db/graph/rich-text';
import { makeNode } from '@lectern/db/testing/make-graph-doc';
import { listMarkdownEntries } from '../../course-export/markdown/list-markdown-entries.ts';
import { block, makeSource, readEntries, text } from '../../testing/course-source.ts';
import { readMarkdown } from './read-markdown.ts';

const importId = '01890000-0000-7000-8000-000000000001';

function read(markdown: string) {
  const { drafts } = readMarkdown(markdown, { importId, fallbackTitle: 'file' });
  const [{ title, description, graph } = assert.fail('there is no course')] = drafts;
  const entries = graph.nodes.map((node) => [
    node.type,
    node.title,
    ...(node.content === undefined ? [] : [plainText(node.content)]),
  ]);
  return { title, description, graph, entries };
}

test('the lists of a section that was exported are its text, also where no lesson is', async () => {
  const item = (words: string) => block('listItem', block('paragraph', text(words)));
  const list = block('bulletList', item('one'), item('two'));
  const content = { type: 'doc' as const, content: [list, block('paragraph', text('After.'))] };
  const source = makeSource({
    nodes: [makeNode('s', { type: 'section', title: 'The moon', data: {}, content })],
    edges: [],
  });
  const files = await readEntries(listMarkdownEntries(source));
  const { graph, entries } = read(files.get('course.md')?.toString() ?? '');
  assert.deepEqual(entries, [['section', 'The moon', 'one\ntwo\nAfter.']]);
  assert.deepEqual(graph.nodes[0]?.content, content);
});

test('a list that somebody wrote below a section is its lessons', () => {
  const { entries } = read(
    '# T\n\n## The moon\n\n1. Ebb\n   - slowly\n2. Flow\n\n## The sun\n\n- Noon\n',
  );
  assert.deepEqual(entries, [
    ['section', 'The moon'],
    ['lesson', 'Ebb', 'slowly'],
    ['lesson', 'Flow'],
    ['section', 'The sun'],
    ['lesson', 'Noon'],
  ]);
});

test('what is written before the first heading, and headings that begin anywhere, are kept', () => {
  const { title, description, entries } = read(
    'Of the sea.\n\n### Ebb\n\n# Tides\n\n###### Deep\n',
  );
  assert.equal(title, 'file');
  assert.equal(description, 'Of the sea.');
  assert.deepEqual(entries, [
    ['lesson', 'Ebb'],
    ['section', 'Tides', 'Deep'],
  ]);
});

test('text without a heading is a course without lessons, and is what it is about', () => {
  const { title, description, entries } = read('Of the sea.\n\nAnd the *moon*.\n');
  assert.deepEqual([title, description, entries], ['file', 'Of the sea.\nAnd the moon.', []]);
});

test('lines of dashes are front matter only where the text begins with them', () => {
  const { title, entries } = read('---\nnot: closed\n\n# Tides\n\n### Ebb\n');
  assert.deepEqual([title, entries], ['Tides', [['lesson', 'Ebb']]]);
  const closed = read('# Tides\n\n---\ntitle: Other\n---\n\n### Ebb\n');
  assert.equal(closed.title, 'Tides');
  assert.match(closed.description + JSON.stringify(closed.entries), /title: Other/);
});

test('a million spaces within a line are read as they are, in no more than their time', () => {
  const words = `a${' '.repeat(1_000_000)}b`;
  const { entries } = read(`# T\n\n### L\n\n${words}\nc\n`);
  assert.equal(entries[0]?.[2], `${words} c`);
});
