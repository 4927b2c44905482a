import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { importWell, listItems, readGraph } from '../testing/course-files.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const importCourses = (...courses: readonly unknown[]) =>
  importWell(store, { fileName: 'backup.json', content: JSON.stringify(courses) });

test('courses that the older tool kept become courses, with texts, types and files that are ours', async () => {
  const report = await importCourses(
    {
      id: 'c1',
      title: 'Tides',
      description: 'Of the sea.',
      nodes: [
        { id: '1', type: 'module', position: { x: 0, y: 0 }, data: { label: 'The moon' } },
        {
          id: '2',
          type: 'text',
          position: { x: 10, y: 20 },
          data: { label: 'Ebb', content: 'It *withdraws*.\n\n<b>Slowly</b>', materialId: 7 },
        },
        {
          id: 'q',
          type: 'quiz',
          width: 150,
          duration: 20,
          data: { label: 'Test', questions: [{ text: 'Six and six?' }] },
        },
      ],
      edges: [
        { id: 'e1', source: '1', target: '2' },
        { id: 'e2', source: '2', target: 'q', type: 'prerequisite' },
      ],
      materials: [{ id: 7, name: 'moon.txt', type: 'text/plain', data: base64('The moon pulls.') }],
    },
    { id: 'c2', title: 'Second', nodes: [], edges: [], materials: [] },
  );
  assert.equal(report.format, 'browser');
  assert.equal(report.courses.length, 2);
  assert.equal(report.verification.isEqual, true);
  assert.deepEqual(listItems(report, 'course'), [
    { title: 'Tides', result: 'imported' },
    { title: 'Second', result: 'imported' },
  ]);
  assert.deepEqual(listItems(report, 'node'), [
    { title: 'The moon', result: 'changed', changes: ['Its type “module” became “section”.'] },
    { title: 'Ebb', result: 'changed', changes: ['Its type “text” became “lesson”.'] },
    { title: 'Test', result: 'imported' },
  ]);
  assert.deepEqual(listItems(report, 'edge'), [
    { title: '1 → 2', result: 'imported' },
    {
      title: 'q → 2',
      result: 'changed',
      changes: [
        'Its type “prerequisite” became “requires”.',
        'It leads the other way now, to what is required.',
      ],
    },
  ]);
  assert.deepEqual(listItems(report, 'material'), [{ title: 'moon.txt', result: 'imported' }]);

  const [first = ''] = report.courses;
  const { nodes, edges } = await readGraph(store, first);
  const material = await store.postgres
    .selectFrom('materials')
    .select('id')
    .where('course_id', '=', first)
    .executeTakeFirstOrThrow();
  const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
  assert.deepEqual(
    nodes.map(({ content: _content, ...node }) => node),
    [
      { id: '1', type: 'section', title: 'The moon', position: { x: 0, y: 0 }, data: {} },
      {
        id: '2',
        type: 'lesson',
        title: 'Ebb',
        position: { x: 10, y: 20 },
        data: { materialId: material.id },
      },
      {
        id: 'q',
        type: 'quiz',
        title: 'Test',
        position: { x: 0, y: 0 },
        data: { duration: 20, questions: [{ text: 'Six and six?' }] },
      },
    ],
  );
  assert.deepEqual(nodes[1]?.content?.content.at(-1), paragraph('<b>Slowly</b>'));
  assert.deepEqual(edges, [
    { id: 'e1', type: 'next', source: '1', target: '2' },
    { id: 'e2', type: 'requires', source: 'q', target: '2' },
  ]);
});

test('of damaged courses all is taken that can be, and the rest is named with its reason', async () => {
  const report = await importCourses(
    {
      nodes: [
        { id: 'a', data: { label: 'Kept' } },
        { id: 'a', data: { label: 'The second a' } },
        { data: { label: 'Without an id' } },
        { id: 'b', type: 'hologram', data: { label: 'B' }, position: { x: 'left' } },
        'not a node',
        { id: 'c', data: 3 },
        { id: 'd', data: { label: 'x'.repeat(2_000) } },
      ],
      edges: [
        { id: 'e', source: 'a', target: 'b' },
        { id: 'e', source: 'b', target: 'a', type: 'requires' },
        { id: 'lost', source: 'a', target: 'nowhere' },
        { id: 'half', target: 'a' },
        null,
      ],
      materials: [
        { id: 'm1', name: 'bad.txt', data: 'not base64 at all!' },
        { id: 'm2', name: 'cut.txt', data: base64('Ebb').slice(0, 1) },
        { id: 'm3', name: 'empty.txt', data: '' },
        { id: 'm4', name: 'a.txt', data: base64('Same.') },
        { id: 'm5', name: 'b.txt', data: `data:text/plain;base64,${base64('Same.')}` },
        { id: 'm6', name: 'tool.txt', data: Buffer.from('MZ\0\0program').toString('base64') },
        7,
      ],
    },
    'nonsense',
    { title: 'A list of things' },
  );
  assert.deepEqual(listItems(report, 'course'), [
    { title: '', result: 'left_out', reason: 'Entry 2 of the file is not a course.' },
    {
      title: 'A list of things',
      result: 'left_out',
      reason: 'Entry 3 of the file is not a course.',
    },
    {
      title: 'backup',
      result: 'changed',
      changes: ['It had no title and got that of its file.'],
    },
  ]);
  assert.deepEqual(
    listItems(report, 'node').map(({ title, result, reason, changes = [] }) => [
      title.slice(0, 20),
      result,
      ...(reason === undefined ? changes : [reason]),
    ]),
    [
      ['Kept', 'imported'],
      ['The second a', 'changed', 'Its id “a” was taken; it has a new one.'],
      ['Without an id', 'changed', 'It had no id and got one.'],
      [
        'B',
        'changed',
        'Its type “hologram” became “lesson”.',
        'Its position is not two numbers; it stands at 0, 0.',
      ],
      ['', 'left_out', 'Entry 5 of the nodes is not an object.'],
      ['', 'changed', 'Its data is not an object and was left out.'],
      ['x'.repeat(20), 'changed', 'Its title was too long and is cut.'],
    ],
  );
  assert.deepEqual(listItems(report, 'edge'), [
    { title: 'a → b', result: 'imported' },
    { title: 'b → a', result: 'changed', changes: ['Its id “e” was taken; it has a new one.'] },
    {
      title: '',
      result: 'left_out',
      reason: 'It leads to a node that is not there, “nowhere”.',
    },
    { title: '', result: 'left_out', reason: 'It comes from a node that is not there.' },
    { title: '', result: 'left_out', reason: 'Entry 5 of the edges is not an object.' },
  ]);
  assert.deepEqual(
    listItems(report, 'material').map(({ title, reason, changes }) => [title, reason ?? changes]),
    [
      ['bad.txt', 'Its content is not base64.'],
      ['cut.txt', 'Its content is not whole base64.'],
      ['empty.txt', 'It has no content.'],
      ['a.txt', undefined],
      ['b.txt', ['It is the same file as “a.txt”; both are one material now.']],
      ['tool.txt', 'It is not text. What can be read now: plain text and Markdown.'],
      ['7', 'The file holds nothing of it.'],
    ],
  );
  const { items, counts } = report;
  assert.equal(items.length, 3 + 7 + 5 + 7);
  assert.equal(counts.imported + counts.changed + counts.left_out, items.length);
  const [made = ''] = report.courses;
  const graph = await readGraph(store, made);
  assert.deepEqual([graph.nodes.length, graph.edges.length], [6, 2]);
  const files = await store.postgres
    .selectFrom('materials')
    .select('file_name')
    .where('course_id', '=', made)
    .execute();
  assert.deepEqual(files, [{ file_name: 'a.txt' }]);
});

test('a file that is one course and no list is taken too', async () => {
  const content = JSON.stringify({ title: 'Alone', nodes: [{ id: 'a', title: 'A' }] });
  const report = await importWell(store, { fileName: 'alone.json', content });
  assert.deepEqual(listItems(report, 'course'), [{ title: 'Alone', result: 'imported' }]);
  assert.equal((await readGraph(store, report.courses[0] ?? '')).nodes[0]?.title, 'A');
});
