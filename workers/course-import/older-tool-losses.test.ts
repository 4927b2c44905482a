import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { importFile, importWell, listItems, readGraph } from '../testing/course-files.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** What a course says of itself: its row, its graph, and of each thing in it what became of it. */
async function importCourse(course: Readonly<Record<string, unknown>>) {
  const content = JSON.stringify([course]);
  const report = await importWell(store, { fileName: 'kept.json', content });
  const [courseId = ''] = report.courses;
  const row = await store.postgres
    .selectFrom('courses')
    .select(['title', 'description', 'language', 'level', 'tags'])
    .where('id', '=', courseId)
    .executeTakeFirstOrThrow();
  assert.equal(report.verification.isEqual, true);
  const changesOf = (kind: 'course' | 'node' | 'edge' | 'material') =>
    listItems(report, kind).map(({ title, changes = [] }) => [title, ...changes]);
  return { report, row, changesOf, graph: await readGraph(store, courseId) };
}

test('of a course each field that is not kept is named', async () => {
  const { row, changesOf } = await importCourse({
    id: 'c1',
    title: { ru: 'Приливы' },
    description: 'Of the sea.',
    summary: 'In short.',
    level: ['first'],
    language: 'Russian',
    author: 'Ann',
    settings: { theme: 'dark' },
    viewport: { x: 0, y: 0, zoom: 1 },
    createdAt: '2020-01-01',
    theme: null,
    nodes: [],
    edges: { e1: { source: 'a', target: 'b' } },
    materials: 'none',
  });
  const words = { description: 'Of the sea.', language: 'en', level: null, tags: [] };
  assert.deepEqual(row, { title: 'kept', ...words });
  assert.deepEqual(changesOf('course'), [
    [
      'kept',
      'Its edges are not a list and were left out.',
      'Its materials are not a list and were left out.',
      'Its title is not text and was left out.',
      'It had no title and got that of its file.',
      'Its language “Russian” is not one; it is taken for English.',
      'Its level is not text and was left out.',
      'There is no place for its “summary”, “author”, “settings”.',
    ],
  ]);
});

test('tags are kept in whatever way they were written, and the ones that are none are named', async () => {
  const written: readonly (readonly [unknown, string[], ...string[]])[] = [
    ['sea, луна,,sea', ['sea', 'луна']],
    [
      ['sea', { name: 'moon' }, 7],
      ['sea', 'moon', '7'],
    ],
    [['sea', { id: 1 }, [2]], ['sea'], 'Its tag is not text and was left out.'],
    [{ a: 'sea' }, [], 'Its tags are not a list and were left out.'],
  ];
  for (const [tags, kept, change] of written) {
    const { row, changesOf } = await importCourse({ title: 'T', tags, nodes: [] });
    assert.deepEqual(row.tags, kept);
    assert.deepEqual(new Set(changesOf('course')[0]?.slice(1)), new Set(change ? [change] : []));
  }
});

test('all that a node says is its title, its text or its data, and what it said twice is named', async () => {
  const { graph, changesOf } = await importCourse({
    title: 'T',
    nodes: [
      { id: 'a', data: { label: { ru: 'Отлив' } } },
      { id: 'b', title: 'Outer', data: { label: 'Inner', title: 'Inner' } },
      { id: 'c', title: 'Outer', content: 'Words.', data: { label: '', content: '' } },
      { id: 'd', content: { blocks: ['x'] }, body: 'Words.' },
      { id: 'e', minutes: 5, of: [1], data: { minutes: 6, of: [1], body: 'B', text: 'T' } },
      { id: 'f', width: 100, style: {}, data: { width: 100 } },
      { id: 'g', title: ['G'], data: 'Words.' },
    ],
  });
  const words = (text: string) => ({
    content: {
      type: 'doc',
      content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
    },
  });
  const drawn = { type: 'lesson', position: { x: 0, y: 0 } };
  assert.deepEqual(graph.nodes, [
    { id: 'a', title: '', data: { label: { ru: 'Отлив' } }, ...drawn },
    { id: 'b', title: 'Inner', data: { title: 'Outer' }, ...drawn },
    { id: 'c', title: 'Outer', data: {}, ...drawn, ...words('Words.') },
    { id: 'd', title: '', data: { content: { blocks: ['x'] } }, ...drawn, ...words('Words.') },
    { id: 'e', title: '', data: { minutes: 6, of: [1], text: 'T' }, ...drawn, ...words('B') },
    { id: 'f', title: '', data: { width: 100 }, ...drawn },
    { id: 'g', title: '', data: { title: ['G'] }, ...drawn },
  ]);
  assert.deepEqual(
    changesOf('node').flatMap(([, ...changes], i) => changes.map((change) => [i, change])),
    [
      [4, 'It had two values of “minutes”; that of its data is kept.'],
      [6, 'Its data is not an object and was left out.'],
    ],
  );
});

test('of a connection is named what none can have, and a prerequisite is what is required', async () => {
  const { graph, changesOf } = await importCourse({
    title: 'T',
    nodes: [{ id: 'a' }, { id: 'b' }],
    edges: [
      { id: '1', source: 'a', target: 'b', label: 'Прилив', data: { note: 'Look.' } },
      { id: '2', source: 'a', target: 'b', type: 'requires', label: 'first', weight: 3 },
      { id: '3', source: 'a', target: 'b', type: 'smoothstep', label: 'Prerequisite' },
      { id: '4', source: 'a', target: 'b', label: 'Requires', animated: true, sourceHandle: 'l' },
      { id: '5', from: 'b', to: 'a', type: {}, data: 'words' },
      { id: '6', source: 'b', target: 'b', type: 'relates', data: { type: 'Next' }, label: 'e' },
    ],
  });
  assert.deepEqual(
    graph.edges.map(({ type, source, target }) => `${source} ${type} ${target}`),
    ['a next b', 'a requires b', 'b requires a', 'a requires b', 'b next a', 'b relates b'],
  );
  assert.deepEqual(changesOf('edge'), [
    ['a → b', 'Its type “Прилив” became “next”.', 'There is no place for its “note”.'],
    ['a → b', 'There is no place for its label, “first”.', 'There is no place for its “weight”.'],
    [
      'b → a',
      'Its type “Prerequisite” became “requires”.',
      'It leads the other way now, to what is required.',
    ],
    ['a → b'],
    [
      'b → a',
      'Its type is not a word; it is taken for “next”.',
      'There is no place for its “data”.',
    ],
    ['b → b', 'There is no place for its label, “Next”.', 'There is no place for its label, “e”.'],
  ]);
});

test('connections that go round in a circle are kept: whether a course may have them is asked later', async () => {
  const { graph, report } = await importCourse({
    title: 'T',
    nodes: [{ id: 'a' }, { id: 'b' }],
    edges: [
      { id: '1', source: 'a', target: 'b', type: 'requires' },
      { id: '2', source: 'b', target: 'a', type: 'requires' },
      { id: '3', source: 'a', target: 'a' },
    ],
  });
  assert.deepEqual(report.counts, { imported: 6, changed: 0, left_out: 0 });
  assert.equal(graph.edges.length, 3);
});

test('of a file is named what it said besides, and whose id is meant by two', async () => {
  const { changesOf, graph, report } = await importCourse({
    title: 'T',
    nodes: [{ id: 'n', data: { materialId: 'm', fileIds: ['twin', 'x'] } }],
    materials: [
      { id: 'm', name: 'a.txt', data: base64('A.'), size: 2, uploadedAt: 1, note: 'Read it.' },
      { id: 'm', name: 'b.txt', data: base64('B.') },
      { id: 'twin', name: 'A again.txt', data: base64('A.') },
      'c.txt',
    ],
  });
  assert.deepEqual(changesOf('material'), [
    ['a.txt', 'There is no place for its “note”.'],
    ['b.txt', 'Its id “m” is that of a file before it, which is meant by it.'],
    ['A again.txt', 'It is the same file as “a.txt”; both are one material now.'],
    ['c.txt'],
  ]);
  const first = report.items.find(({ title }) => title === 'a.txt');
  assert.deepEqual(graph.nodes[0]?.data, { materialId: first?.id, fileIds: [first?.id, 'x'] });
  assert.equal(report.counts.left_out, 1);
});

test('a file that is JSON within JSON is read, and what it has beside its courses is named', async () => {
  const kept = JSON.stringify([{ title: 'Tides', nodes: [] }]);
  for (const content of [JSON.stringify(kept), JSON.stringify({ courses: kept })]) {
    const report = await importWell(store, { fileName: 'a.json', content });
    assert.deepEqual(listItems(report, 'course'), [{ title: 'Tides', result: 'imported' }]);
  }
  const content = JSON.stringify({ courses: [{ title: 'T', nodes: [] }], users: [{}], version: 3 });
  const report = await importWell(store, { fileName: 'a.json', content });
  assert.deepEqual(listItems(report, 'course'), [
    {
      title: '',
      result: 'left_out',
      reason: 'What the file has beside its courses: There is no place for its “users”.',
    },
    { title: 'T', result: 'imported' },
  ]);
  const { run } = await importFile(store, { fileName: 'a.json', content: '"[1, 2"' });
  assert.equal(run.error?.code, 'file_not_json');
});
