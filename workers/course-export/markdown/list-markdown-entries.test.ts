import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeEdge, makeNode } from '@lectern/db/testing/make-graph-doc';
import { block, link, makeSource, readEntries, text } from '../../testing/course-source.ts';
import { listMarkdownEntries } from './list-markdown-entries.ts';

async function exportText(...given: Parameters<typeof makeSource>) {
  const files = await readEntries(listMarkdownEntries(makeSource(...given)));
  const [name, bytes] = [...files][0] ?? [];
  assert.equal(name, 'course.md');
  return { files, markdown: bytes?.toString() ?? '' };
}

const moon = '01890000-0000-7000-8000-000000000001';

test('a course is one text: what it is, then its nodes in their order, and its files beside it', async () => {
  const content = { type: 'doc' as const, content: [block('paragraph', link('so', moon))] };
  const { files, markdown } = await exportText(
    {
      nodes: [
        makeNode('q', {
          type: 'quiz',
          title: 'Test',
          data: { questions: [{ text: 'Who?', options: ['A', 'B'], answer: 'B' }] },
        }),
        makeNode('s', { type: 'section', title: 'The *moon*', data: {}, position: { x: 0, y: 1 } }),
        makeNode('a', { title: 'Ebb #', data: { minutes: 5 }, content, position: { x: 0, y: 2 } }),
      ],
      edges: [makeEdge('s', 'a'), makeEdge('a', 'q'), makeEdge('q', 'a', 'requires')],
    },
    {
      title: 'Tides: "1" #',
      description: 'Of\nthe *sea*.\n\n# No heading',
      tags: ['sea', '- луна'],
      files: [{ id: moon, fileName: 'The moon (1).md', bytes: Buffer.from('# Moon') }],
    },
  );
  assert.deepEqual([...files.keys()], ['course.md', 'files/The moon (1).md']);
  assert.equal(files.get('files/The moon (1).md')?.toString(), '# Moon');
  assert.equal(
    markdown,
    [
      '---',
      'title: "Tides: \\"1\\" #"',
      'description: "Of\\nthe *sea*.\\n\\n# No heading"',
      'language: "en"',
      'tags: ["sea","- луна"]',
      'visibility: "private"',
      'exportedAt: "2026-03-15T12:00:00.000Z"',
      'files: ["files/The moon (1).md"]',
      '---',
      '',
      '# Tides: "1" \\#',
      '',
      'Of the \\*sea\\*.',
      '',
      '\\# No heading',
      '',
      '## The \\*moon\\*',
      '',
      '### Ebb \\#',
      '',
      '[so](files/The%20moon%20%281%29.md)',
      '',
      '**Minutes:** 5',
      '',
      '### Test',
      '',
      '*Quiz*',
      '',
      '*Requires: Ebb #*',
      '',
      '**1. Who?**',
      '',
      '- [ ] A',
      '- [x] B',
      '',
    ].join('\n'),
  );
});

test('links that would do something are words, and none leads into the house', async () => {
  const content = {
    type: 'doc' as const,
    content: [
      block(
        'paragraph',
        link('a', 'javascript:alert(1)'),
        link('b', ' java\nscript:alert(1)'),
        link('c', 'data:text/html,<script>'),
        link('d', 'data:image/svg+xml,<svg onload=alert(1)>'),
        link('d', '/v1/me'),
        link('e', 'https://example.org/) [x](javascript:alert(1)'),
      ),
      { type: 'image', attrs: { src: 'vbscript:x', alt: 'f' } },
      block('paragraph', text('<script>alert(1)</script>')),
    ],
  };
  const { markdown } = await exportText({
    nodes: [makeNode('a', { data: {}, content })],
    edges: [],
  });
  const body = markdown.slice(markdown.indexOf('### '));
  const [, paragraph, picture, script] = body.trim().split('\n\n');
  const address = 'https://example.org/)%20[x](javascript:alert(1)';
  assert.equal(paragraph, `abcdd[e](<${address}>)`);
  assert.deepEqual([picture, script], ['f', '\\<script>alert(1)\\</script>']);
});

test('titles that are empty, of many lines or of signs are one heading each', async () => {
  const titles = ['', ' \n ', 'One\nTwo', '# Three', '---', '1. Four', '🌊'.repeat(300), '==='];
  const nodes = titles.map((title, i) =>
    makeNode(`n${i}`, { title, data: {}, position: { x: 0, y: i } }),
  );
  const { markdown } = await exportText({ nodes, edges: [] });
  const headings = markdown.split('\n').filter((line) => line.startsWith('### '));
  assert.deepEqual(
    headings.map((line) => line.slice(4)),
    ['Untitled', 'Untitled', 'One Two', '# Three', '---', '1. Four', '🌊'.repeat(300), '==='],
  );
});
