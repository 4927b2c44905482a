import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import * as Y from 'yjs';
import { editCourse, edgeOf, nodeOf } from '../testing/edit-course.ts';
import { settleHostile } from '../testing/settle-hostile.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

/** Settles a course with a node whose fields are these; gives its row and what is wrong in it. */
async function settleFields(fields: Readonly<Record<string, unknown>>) {
  const course = await editCourse(store);
  const { rows, invalid } = await settleHostile(store, course, () => {
    const node = nodeOf('lesson', 'Bad');
    for (const [field, value] of Object.entries(fields)) node.set(field, value);
    course.nodes.set('bad', node);
  });
  return { row: rows.find(({ id }) => id === 'bad'), invalid };
}

test('a node that is no map of fields, or whose type is no word, has no row', async () => {
  const course = await editCourse(store);
  const { rows, invalid } = await settleHostile(store, course, () => {
    course.nodes.set('number', new Y.Map([['type', 5]]));
    const list: Y.Map<unknown> = course.doc.getMap('nodes');
    list.set('list', new Y.Array());
    list.set('string', 'a node');
  });
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['good'],
  );
  assert.deepEqual(invalid, ['nodes.list', 'nodes.number.type', 'nodes.string']);
});

test('a title that is too long or no text is left out, the node is not', async () => {
  for (const title of [
    'x'.repeat(5_000),
    new Y.Array(),
    { text: 'Bad' },
    new Y.Text('y'.repeat(5_000)),
  ]) {
    const { row, invalid } = await settleFields({ title });
    assert.deepEqual([row?.title, invalid], ['', ['nodes.bad.title']]);
  }
});

test('content, data and position that are something else are left out, the node is not', async () => {
  for (const content of [new Y.Map([['type', 'doc']]), new Y.Text('words'), 'words', 5]) {
    const { row, invalid } = await settleFields({ content });
    assert.deepEqual([row?.content, invalid], [null, ['nodes.bad.content']]);
  }
  for (const data of ['words', [1], new Y.Array(), new Uint8Array(9), { big: 10n }]) {
    const { row, invalid } = await settleFields({ data });
    assert.deepEqual([row?.data, invalid], [{}, ['nodes.bad.data']]);
  }
  for (const position of [{ x: Number.NaN, y: 1 }, { x: '1', y: 2 }, 'here', new Y.Array()]) {
    const { row, invalid } = await settleFields({ position });
    assert.deepEqual([row?.position, invalid], [{ x: 0, y: 0 }, ['nodes.bad.position']]);
  }
});

test('halves of characters and NUL do not reach the rows', async () => {
  const { row, invalid } = await settleFields({
    title: 'Ebb\ud800 \0and',
    type: 'les\0son',
    data: { 'a\0\udc00': 'b\ud800\0' },
  });
  assert.deepEqual(
    [row?.title, row?.type, row?.data, invalid],
    ['Ebb\ufffd and', 'lesson', { 'a\ufffd': 'b\ufffd' }, []],
  );
});

test('`__proto__` is a key of maps like any other, and of objects it is left out', async () => {
  const known = '{"a":1,"__proto__":{"isAdmin":true}}';
  const entries: [string, unknown][] = [
    ['a', 1],
    ['__proto__', { isAdmin: true }],
  ];
  const ofMap = await settleFields({ data: new Y.Map<unknown>(entries) });
  assert.deepEqual([JSON.stringify(ofMap.row?.data), ofMap.invalid], [known, []]);
  for (const prototype of ['{"isAdmin":true}', '[1]', 'null', '5']) {
    const object: unknown = JSON.parse(`{"a":1,"__proto__":${prototype}}`);
    const ofObject = await settleFields({ data: object });
    assert.deepEqual([ofObject.row?.data, ofObject.invalid], [{ a: 1 }, []]);
  }
  const position: unknown = JSON.parse('{"__proto__":{"x":5,"y":5}}');
  const ofPosition = await settleFields({ position });
  assert.deepEqual(
    [ofPosition.row?.position, ofPosition.invalid],
    [{ x: 0, y: 0 }, ['nodes.bad.position']],
  );
  assert.equal(Reflect.get({}, 'isAdmin'), undefined);
});

test('a connection with ends that are no ids is left out', async () => {
  const course = await editCourse(store);
  const { graph, invalid } = await settleHostile(store, course, () => {
    course.edges.set('fine', edgeOf('next', 'good', 'good'));
    course.edges.set('nul', edgeOf('next', 'good', 'a\0'));
    course.edges.set(
      'number',
      new Y.Map<unknown>([
        ['type', 'next'],
        ['source', 5],
      ]),
    );
    course.edges.set('type', edgeOf('', 'good', 'good'));
  });
  assert.deepEqual(
    graph.edges.map(({ id }) => id),
    ['fine'],
  );
  assert.deepEqual(
    (await course.listEdges()).map(({ id }) => id),
    ['fine'],
  );
  assert.deepEqual(invalid, ['edges.nul.target', 'edges.number.source', 'edges.type.type']);
});
