import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { GraphNode } from '@lectern/db/graph/graph';
import { plainText } from '@lectern/db/graph/rich-text';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { makeEdge, makeNode } from '@lectern/db/testing/make-graph-doc';
import {
  addGraph,
  exportCourse,
  importWell,
  listItems,
  readGraph,
} from '../testing/course-files.ts';
import { readZip } from '../testing/read-zip.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function importOutline(content: string, fileName = 'outline.md') {
  const report = await importWell(store, { fileName, content });
  const [courseId = ''] = report.courses;
  const { nodes, edges } = await readGraph(store, courseId);
  const inOrder = nodes.toSorted((a, b) => a.position.y - b.position.y);
  const titleOf = (id: string) => nodes.find((node) => node.id === id)?.title;
  const course = await store.postgres
    .selectFrom('courses')
    .select(['title', 'description', 'tags', 'language'])
    .where('id', '=', courseId)
    .executeTakeFirstOrThrow();
  return {
    report,
    course,
    entries: inOrder.map(describe),
    links: edges.map(({ source, target }) => `${titleOf(source)} → ${titleOf(target)}`).sort(),
    nodes: inOrder,
  };
}

function describe({ type, title, content }: GraphNode): string[] {
  return [type, title, ...(content === undefined ? [] : [plainText(content)])];
}

test('headings are the course, its sections and its lessons, which follow each other', async () => {
  const { report, course, entries, links } = await importOutline(
    [
      '---',
      'tags: [sea, moon]',
      'language: ru',
      '---',
      '# Tides',
      'Of the *sea*.',
      '## The moon',
      'It pulls.',
      '### Ebb',
      'Away.',
      '',
      '#### Slowly',
      '- one',
      '- two',
      '### Flow',
      '## The sun',
      '### Spring tide',
    ].join('\n'),
  );
  assert.equal(report.format, 'markdown');
  const tags = ['sea', 'moon'];
  assert.deepEqual(course, { title: 'Tides', description: 'Of the sea.', tags, language: 'ru' });
  assert.deepEqual(entries, [
    ['section', 'The moon', 'It pulls.'],
    ['lesson', 'Ebb', 'Away.\nSlowly\none\ntwo'],
    ['lesson', 'Flow'],
    ['section', 'The sun'],
    ['lesson', 'Spring tide'],
  ]);
  assert.deepEqual(links, [
    'Ebb → Flow',
    'Flow → Spring tide',
    'The moon → Ebb',
    'The sun → Spring tide',
  ]);
  assert.deepEqual(report.counts, { imported: 6, changed: 0, left_out: 0 });
  assert.equal(report.verification.isEqual, true);
});

test('a list is an outline as well', async () => {
  const { course, entries } = await importOutline(
    '# Tides\n\n- The moon\n  - Ebb\n    It withdraws.\n  - Flow\n- The sun\n  - Spring tide\n',
  );
  assert.equal(course.title, 'Tides');
  assert.deepEqual(
    entries.map(([type, title]) => [type, title]),
    [
      ['section', 'The moon'],
      ['lesson', 'Ebb It withdraws.'],
      ['lesson', 'Flow'],
      ['section', 'The sun'],
      ['lesson', 'Spring tide'],
    ],
  );
});

test('an outline without a title has that of its file, and the report says so', async () => {
  const { course, report } = await importOutline('### Ebb\n', 'Of tides.md');
  assert.equal(course.title, 'Of tides');
  assert.deepEqual(listItems(report, 'course'), [
    {
      title: 'Of tides',
      result: 'changed',
      changes: ['It had no title and got that of its file.'],
    },
  ]);
});

test('HTML and dangerous links in an outline stay words', async () => {
  const { nodes } = await importOutline(
    '# T\n### Ebb\n<script>alert(1)</script>\n\n[flow](javascript:alert(1)) and [moon](https://example.org/)\n',
  );
  const [{ content } = {}] = nodes;
  const json = JSON.stringify(content);
  assert.ok(json.includes('<script>alert(1)</script>'), json);
  assert.ok(!json.includes('javascript:'), json);
  assert.ok(json.includes('{"type":"link","attrs":{"href":"https://example.org/"}}'), json);
});

test('a course that was exported as Markdown is imported with its sections, lessons and texts', async () => {
  const text = {
    type: 'doc',
    content: [
      { type: 'heading', attrs: { level: 1 }, content: [{ type: 'text', text: 'Slowly' }] },
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'It ' },
          { type: 'text', text: 'withdraws', marks: [{ type: 'bold' }] },
          { type: 'text', text: ' *, # and 5 < 6 & [so](on).' },
        ],
      },
      {
        type: 'codeBlock',
        attrs: { language: 'js' },
        content: [{ type: 'text', text: 'a = `b`;\n```\nc();' }],
      },
    ],
  } as const;
  const nodes = [
    makeNode('s', { type: 'section', title: 'The moon', data: {} }),
    makeNode('a', { title: 'Ebb', data: {}, content: text, position: { x: 0, y: 1 } }),
    makeNode('b', { title: '1. Приливы # 🌊', data: {}, position: { x: 0, y: 2 } }),
  ];
  const graph = { nodes, edges: [makeEdge('s', 'a'), makeEdge('a', 'b')] };
  const { bytes } = await exportCourse(
    store,
    await addGraph(store, graph, 'The *sea*'),
    'markdown',
  );
  const outline = [...readZip(bytes)].find(([name]) => name.endsWith('.md'))?.[1];
  const { course, nodes: made, links } = await importOutline(outline?.toString() ?? '');
  assert.equal(course.title, 'The *sea*');
  assert.deepEqual(
    made.map(({ type, title, content }) => ({ type, title, content })),
    nodes.map(({ type, title, content }) => ({ type, title, content })),
  );
  assert.deepEqual(links, ['Ebb → 1. Приливы # 🌊', 'The moon → Ebb']);
});
