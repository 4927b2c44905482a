import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { before, test } from 'node:test';
import type { Graph } from '@lectern/db/graph/graph';
import type { RichNode } from '@lectern/db/graph/rich-text';
import type { Store } from '@lectern/db/open';
import { appendUpdates } from '@lectern/db/postgres/documents';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { makeEdge, makeNode } from '@lectern/db/testing/make-graph-doc';
import { addUpload } from '../testing/add-account.ts';
import {
  addGraph,
  exportCourse,
  importWell,
  listItems,
  readGraph,
} from '../testing/course-files.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const text = (words: string, ...marks: readonly string[]): RichNode => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks: marks.map((type) => ({ type })) }),
});
const block = (type: string, ...content: readonly RichNode[]): RichNode => ({ type, content });

/** Every block and mark, with characters of several kinds. */
const richText: readonly RichNode[] = [
  { type: 'heading', attrs: { level: 2 }, content: [text('Приливы 🌊')] },
  block('paragraph', text('Ebb'), text(' and ', 'bold', 'italic'), text('flow', 'code')),
  block('paragraph', text('gone', 'strike'), { type: 'hardBreak' }, text('under', 'underline')),
  block('bulletList', block('listItem', block('paragraph', text('one')))),
  {
    type: 'orderedList',
    attrs: { start: 3 },
    content: [block('listItem', block('paragraph', text('three')))],
  },
  block('blockquote', block('paragraph', text('“Twice a day.”'))),
  { type: 'codeBlock', attrs: { language: 'js' }, content: [text('const a = `<b>`;\n\n')] },
  { type: 'horizontalRule' },
  block(
    'table',
    block('tableRow', block('tableHeader', block('paragraph', text('h'))), block('tableHeader')),
    block('tableRow', block('tableCell', block('paragraph', text('5 | m'))), block('tableCell')),
  ),
  block('paragraph', text('a', 'highlight'), text('2', 'subscript'), text('3', 'superscript')),
  block(
    'taskList',
    { type: 'taskItem', attrs: { checked: true }, content: [block('paragraph', text('done'))] },
    { type: 'taskItem', attrs: { checked: false }, content: [block('paragraph')] },
  ),
  block(
    'bulletList',
    block('listItem', block('paragraph', text('👩‍🚀')), block('bulletList', block('listItem'))),
  ),
  {
    type: 'callout',
    attrs: { tone: 'warn', of: { size: 0.5, all: [] } },
    content: [text(' ', 'comment')],
  },
];

function makeGraph([first, second]: readonly string[]): Graph {
  const link = { type: 'link', attrs: { href: `/v1/materials/${first}/original` } };
  const questions = [
    {
      text: 'How often?',
      options: [{ text: 'Once' }, { text: 'Twice', correct: true }],
      explanation: 'Look at the moon.',
    },
  ];
  return {
    nodes: [
      makeNode('курс', { type: 'section', title: 'Раздел', data: {} }),
      makeNode('a', {
        position: { x: -1.5, y: 20 },
        data: { materialIds: [first, second], depth: { of: [{ data: null }, true, 0.1] } },
        content: {
          type: 'doc',
          content: [
            ...richText,
            { type: 'image', attrs: { alt: 'Tide', src: `/v1/materials/${second}/original` } },
            block('paragraph', { type: 'text', text: 'table', marks: [link] }),
          ],
        },
      }),
      makeNode('v', { type: 'video', data: { materialId: second, transcript: '…' } }),
      makeNode('q', { type: 'quiz', title: '« ? »', data: { questions } }),
      makeNode('h', { type: 'assignment', title: '' }),
    ],
    edges: [
      makeEdge('курс', 'a'),
      makeEdge('a', 'v'),
      makeEdge('v', 'q', 'requires'),
      makeEdge('q', 'h', 'relates'),
    ],
  };
}

test('what was exported is imported as it was, files byte for byte', async () => {
  const course = await addGraph(store, { nodes: [], edges: [] }, 'Приливы & «отливы»');
  const owner = { courseId: course.courseId, ownerId: course.userId };
  const files = [
    { fileName: 'Таблица 1.txt', bytes: Buffer.from('Ebb\r\nand flow\r\n\r\n') },
    { fileName: 'moon.md', bytes: Buffer.from('# Луна\n'.repeat(40_001)) },
  ];
  const uploads = await Promise.all(files.map((file) => addUpload(store, { ...owner, ...file })));
  const oldIds = uploads.map(({ id }) => id);
  const graph = makeGraph(oldIds);
  const { courseId, userId } = await addGraph(store, graph, 'Приливы & «отливы»');
  await store.postgres
    .updateTable('materials')
    .set({ course_id: courseId })
    .where('id', 'in', oldIds)
    .execute();
  await store.postgres
    .updateTable('courses')
    .set({ description: 'Of\ntides.', tags: ['sea', 'луна'], language: 'ru', level: 'first' })
    .where('id', '=', courseId)
    .execute();

  const { bytes } = await exportCourse(store, { courseId, userId }, 'json');
  const report = await importWell(store, { fileName: 'course.json', content: bytes });
  assert.deepEqual(report.counts, { imported: 12, changed: 0, left_out: 0 });
  assert.deepEqual(report.verification, {
    isEqual: true,
    courses: [
      {
        courseId: report.courses[0],
        nodes: 5,
        edges: 4,
        materials: 2,
        isEqual: true,
        differences: [],
      },
    ],
  });

  const [madeId = ''] = report.courses;
  const made = await store.postgres
    .selectFrom('courses')
    .select(['title', 'description', 'tags', 'language', 'level', 'visibility', 'status'])
    .where('id', '=', madeId)
    .execute();
  const state = { visibility: 'private', status: 'draft' } as const;
  const words = { description: 'Of\ntides.', tags: ['sea', 'луна'], language: 'ru' };
  assert.deepEqual(made, [{ title: 'Приливы & «отливы»', ...words, level: 'first', ...state }]);

  const materials = await store.postgres
    .selectFrom('materials')
    .select(['id', 'file_name', 'object_key', 'sha256'])
    .where('course_id', '=', madeId)
    .orderBy('size_bytes')
    .execute();
  assert.deepEqual(
    materials.map(({ file_name, sha256 }) => [file_name, sha256]),
    files.map(({ fileName }, i) => [fileName, uploads[i]?.sha256]),
  );
  for (const [i, { object_key }] of materials.entries()) {
    assert.deepEqual(await buffer(await store.objects.read(object_key)), files[i]?.bytes);
  }
  // The same graph, but that it speaks of the files by the names that they have now.
  const renamed = JSON.stringify(await readGraph(store, courseId)).replaceAll(
    /[0-9a-f-]{36}/g,
    (id) => materials[oldIds.indexOf(id)]?.id ?? id,
  );
  assert.deepEqual(await readGraph(store, madeId), JSON.parse(renamed));
  assert.ok(!renamed.includes(oldIds[0] ?? ''));
});

test('what was imported and exported again is the same file, but for its ids and its time', async () => {
  const { courseId, userId } = await addGraph(store, makeGraph(['x', 'y']), 'Again');
  const first = await exportCourse(store, { courseId, userId }, 'json');
  const report = await importWell(store, { fileName: 'a.json', content: first.bytes }, userId);
  const [madeId = ''] = report.courses;
  const second = await exportCourse(store, { courseId: madeId, userId }, 'json');
  const parse = ({ bytes }: { bytes: Buffer }) => {
    const { exportedAt: _, graph, ...rest } = JSON.parse(bytes.toString());
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    return { ...rest, graph: { nodes: graph.nodes.sort(byId), edges: graph.edges.sort(byId) } };
  };
  assert.deepEqual(parse(second), parse(first));
});

test('a file that the export could not read is named as left out, and so is who speaks of it', async () => {
  const { courseId, userId } = await addGraph(store, { nodes: [], edges: [] });
  const lost = await addUpload(store, { courseId, ownerId: userId, fileName: 'lost.txt' });
  await addUpload(store, { courseId, ownerId: userId, fileName: 'kept.txt' });
  const graph = { nodes: [makeNode('a', { data: { materialId: lost.id } })], edges: [] };
  const data = await store.documents.build(graph);
  await appendUpdates(store.postgres, courseId, [{ data, userId }]);
  await store.objects.remove(lost.key);
  const { bytes } = await exportCourse(store, { courseId, userId }, 'json');
  const report = await importWell(store, { fileName: 'course.json', content: bytes });
  assert.deepEqual(listItems(report, 'material'), [
    { title: 'lost.txt', result: 'left_out', reason: 'The file holds nothing of it.' },
    { title: 'kept.txt', result: 'imported' },
  ]);
  const speaks = `It speaks of files that were left out: “${lost.id}”.`;
  assert.deepEqual(listItems(report, 'node'), [
    { title: 'Lesson a', result: 'changed', changes: [speaks] },
  ]);
  assert.equal(report.verification.isEqual, true);
});
