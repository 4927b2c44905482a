import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { captureUpdate } from '@lectern/db/testing/make-graph-doc';
import * as Y from 'yjs';
import { editCourse, edgeOf, nodeOf } from '../testing/edit-course.ts';
import { settleHostile } from '../testing/settle-hostile.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

test('ids that nobody can type have no row, those that are only strange have one', async () => {
  const course = await editCourse(store);
  const strange = ['__proto__', 'constructor', ' ', '🌊'.repeat(200), `'; drop table nodes; --`];
  const { rows, invalid } = await settleHostile(store, course, () => {
    const bad = ['', 'a\0b', 'a\u0085b', 'x'.repeat(10_000)];
    for (const id of [...strange, ...bad]) course.nodes.set(id, nodeOf('lesson', 'Lesson'));
    course.edges.set('__proto__', edgeOf('next', '__proto__', 'good'));
  });
  assert.deepEqual(new Set(rows.map(({ id }) => id)), new Set(['good', ...strange]));
  assert.deepEqual(
    new Set(invalid),
    new Set(['nodes.', 'nodes.ab', 'nodes.a\u0085b', `nodes.${'x'.repeat(60)}`]),
  );
  assert.deepEqual(
    (await course.listEdges()).map(({ id }) => id),
    ['__proto__'],
  );
  await course.edit(() => course.nodes.delete('__proto__'));
  await course.settle();
  assert.equal((await course.listNodes()).length, strange.length);
});

test('data of 10,000 levels is left out, and the node with it can be removed', async () => {
  const course = await editCourse(store);
  const top = new Y.Map<unknown>();
  await course.edit(() => course.nodes.set('deep', nodeOf('lesson', 'Deep', { data: top })));
  const shallow = new Y.Doc();
  Y.applyUpdate(shallow, Y.encodeStateAsUpdate(course.doc));
  const { rows, invalid } = await settleHostile(store, course, () => {
    let map = top;
    for (let level = 0; level < 10_000; level++) {
      const inner = new Y.Map<unknown>();
      map.set('in', inner);
      map = inner;
    }
  });
  assert.deepEqual(
    rows.map(({ id, data }) => [id, data]),
    [
      ['deep', {}],
      ['good', {}],
    ],
  );
  assert.deepEqual(invalid, ['nodes.deep.data']);
  // Somebody removes it who does not have the levels, and whose own stack is no larger than others'.
  const removal = captureUpdate(shallow, () => shallow.getMap('nodes').delete('deep'));
  assert.ok(removal !== undefined);
  await course.append([removal]);
  assert.equal((await course.settle()).state, 'done');
  assert.deepEqual(
    (await course.listNodes()).map(({ id }) => id),
    ['good'],
  );
});

test('`nodes` used as a list leaves its members out and the nodes in it as they are', async () => {
  const course = await editCourse(store);
  const other = new Y.Doc();
  other.getArray('nodes').push([{ type: 'lesson' }, new Y.Map([['type', 'lesson']])]);
  other.getArray('edges').push(['edge']);
  const { rows, invalid } = await settleHostile(store, course, () =>
    Y.applyUpdate(course.doc, Y.encodeStateAsUpdate(other)),
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['good'],
  );
  assert.deepEqual(invalid, ['nodes', 'edges']);
});

test('of 30,000 nodes as many have rows as a course may have', async () => {
  const course = await editCourse(store);
  const { rows, invalid } = await settleHostile(store, course, () => {
    for (let i = 10_000; i < 40_000; i++)
      course.nodes.set(`n${i}`, nodeOf('lesson', `Lesson ${i}`));
  });
  assert.deepEqual([rows.length, invalid], [20_000, ['nodes.n29999']]);
});
