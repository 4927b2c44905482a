import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { makeNode } from '@lectern/db/testing/make-graph-doc';
import { addUpload } from '../testing/add-account.ts';
import {
  addGraph,
  exportCourse,
  importFile,
  importWell,
  listItems,
  readGraph,
} from '../testing/course-files.ts';
import { readZip } from '../testing/read-zip.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const head = { format: 'lectern.course', version: 1 };
const importJson = (file: object) =>
  importWell(store, { fileName: 'kept.json', content: JSON.stringify(file) });

test('what somebody wrote into an export is kept where it can be, and else named', async () => {
  const report = await importJson({
    ...head,
    course: { title: 'T', language: 'en', visibility: 'public', owner: 'Ann' },
    graph: {
      nodes: [
        {
          id: 'a',
          type: 'hologram',
          title: { en: 'A' },
          position: [1, 2],
          data: [1],
          content: { type: 'doc', content: [{ type: 'text' }] },
          note: 'Look.',
        },
        { id: 'a', type: 'lesson', title: 'The second a', position: { x: 1, y: 2 } },
        { id: 'a\u0001b', type: '', title: 'Of no id' },
      ],
      edges: [
        { id: 'e', type: 'next', source: 'a', target: 'nowhere', label: 'x' },
        { id: 'f', type: 'next', source: 'a' },
      ],
      colour: 'red',
    },
    materials: { m: {} },
    comments: ['Good.'],
  });
  assert.deepEqual(listItems(report, 'course'), [
    {
      title: 'T',
      result: 'changed',
      changes: [
        'Its materials are not a list and were left out.',
        'There is no place for its “comments”.',
        'There is no place for its “colour”.',
        'It is a draft that only you see, until you publish it.',
        'There is no place for its “owner”.',
      ],
    },
  ]);
  assert.deepEqual(
    listItems(report, 'node').map(({ changes }) => changes),
    [
      [
        'Its title is not text and was left out.',
        'Its position is not two numbers; it stands at 0, 0.',
        'Its data is not an object and was left out.',
        'Its content has a text without its characters, so it was left out.',
        'There is no place for its “note”.',
      ],
      ['Its id “a” was taken; it has a new one.'],
      [
        'Its id “a b” cannot be one; it has a new one.',
        'Its type is not a word; it is taken for “lesson”.',
      ],
    ],
  );
  assert.deepEqual(listItems(report, 'edge'), [
    { title: 'a → nowhere', result: 'changed', changes: ['There is no place for its “label”.'] },
    { title: '', result: 'left_out', reason: 'It does not say which nodes it connects.' },
  ]);
  const { nodes, edges } = await readGraph(store, report.courses[0] ?? '');
  const place = { position: { x: 0, y: 0 }, data: {} };
  assert.deepEqual(
    nodes.find(({ id }) => id === 'a'),
    { id: 'a', type: 'hologram', title: '', ...place },
  );
  assert.deepEqual(edges, [{ id: 'e', type: 'next', source: 'a', target: 'nowhere' }]);
  assert.deepEqual([nodes.length, report.verification.isEqual], [3, true]);
});

test('an export of which parts are gone is a course without them, and says so', async () => {
  for (const [parts, ...changes] of [
    [{}, 'It has no course.', 'It has no graph.'],
    [
      { course: 'T', graph: [] },
      'Its course is not an object and was left out.',
      'Its graph is not an object and was left out.',
    ],
  ] as const) {
    const report = await importJson({ ...head, ...parts });
    assert.deepEqual(listItems(report, 'course'), [
      {
        title: 'kept',
        result: 'changed',
        changes: [...changes, 'It had no title and got that of its file.'],
      },
    ]);
  }
});

test('several exports in one list are several courses; one of another version refuses all', async () => {
  const named = (title: string) => ({ ...head, course: { title }, graph: {} });
  const report = await importJson([named('One'), 'nothing', named('Two')]);
  const made = await store.postgres
    .selectFrom('courses')
    .select('title')
    .where('id', 'in', report.courses)
    .orderBy('title')
    .execute();
  assert.deepEqual(made, [{ title: 'One' }, { title: 'Two' }]);
  assert.equal(report.counts.left_out, 1);
  const content = JSON.stringify([named('One'), { ...head, version: 2 }]);
  const { run, userId } = await importFile(store, { fileName: 'a.json', content });
  assert.equal(run.error?.code, 'version_unknown');
  const rest = await store.postgres
    .selectFrom('courses')
    .select('id')
    .where('owner_id', '=', userId)
    .execute();
  assert.deepEqual(rest, []);
});

test('the files of a course that was exported as Markdown are named as not brought along', async () => {
  const course = await addGraph(store, { nodes: [makeNode('a', { title: 'Ebb' })], edges: [] });
  await addUpload(store, {
    courseId: course.courseId,
    ownerId: course.userId,
    fileName: 'Луна 1.txt',
  });
  const { bytes } = await exportCourse(store, course, 'markdown');
  const outline = readZip(bytes).get('course.md') ?? assert.fail('there is no outline');
  const report = await importWell(store, { fileName: 'course.md', content: outline });
  assert.deepEqual(listItems(report, 'material'), [
    { title: 'Луна 1.txt', result: 'left_out', reason: 'The file holds nothing of it.' },
  ]);
  assert.deepEqual(listItems(report, 'course'), [{ title: 'Course', result: 'imported' }]);
});

test('a description is what was edited below the title; as it was it keeps its lines', async () => {
  const lines = JSON.stringify('Of *the* sea.\n\n- twice\n  a day');
  const describe = async (below: string, ...more: readonly string[]) => {
    const front = ['---', 'title: "Tides"', `description: ${lines}`, ...more, '---'];
    const content = [...front, '# Tides', '', below, '', '### Ebb'].join('\n');
    const report = await importWell(store, { fileName: 'a.md', content });
    const { description } = await store.postgres
      .selectFrom('courses')
      .select('description')
      .where('id', 'in', report.courses)
      .executeTakeFirstOrThrow();
    return [description, ...(listItems(report, 'course')[0]?.changes ?? [])];
  };
  const asItWas = 'Of *the* sea.\n\n- twice\n  a day';
  assert.deepEqual(await describe('Of \\*the\\* sea.\n\n\\- twice a day'), [asItWas]);
  assert.deepEqual(await describe(''), [asItWas]);
  assert.deepEqual(await describe('Of the moon.', 'author: Ann'), [
    'Of the moon.',
    'Its description is what stands below its title.',
    'There is no place for its “author”.',
  ]);
});

test('marks whose names a document keeps for itself are left out, and their words stay', async () => {
  const marks = ['__proto__', 'ychange', 'constructor', 'bold'].map((type) => ({ type }));
  const content = { type: 'doc', content: [{ type: 'text', text: 'Ebb', marks }] };
  const report = await importJson({
    ...head,
    course: { title: 'T' },
    graph: { nodes: [{ id: 'a', type: 'lesson', title: 'A', content }], edges: [] },
  });
  assert.deepEqual(listItems(report, 'node')[0]?.changes, [
    'What is called __proto__ or ychange was left out.',
  ]);
  const { nodes } = await readGraph(store, report.courses[0] ?? '');
  assert.deepEqual(nodes[0]?.content?.content, [
    { type: 'text', text: 'Ebb', marks: [{ type: 'bold' }, { type: 'constructor' }] },
  ]);
  assert.equal(report.verification.isEqual, true);
});
