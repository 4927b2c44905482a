import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { editCourse, edgeOf, nodeOf } from '../testing/edit-course.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

test('what is added, changed and removed in the document is so in the rows', async () => {
  const course = await editCourse(store);
  const { courseId, nodes, edges, edit, settle } = course;
  await edit(() => {
    nodes.set('a', nodeOf('lesson', 'Ebb', { data: { minutes: 5 }, words: 'The sea goes out.' }));
    nodes.set('b', nodeOf('lesson', 'Flood', { words: 'It comes back.' }));
    edges.set('e', edgeOf('next', 'a', 'b'));
  });
  assert.equal((await settle()).state, 'done');
  const content = (text: string) => ({
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
  });
  const row = { course_id: courseId, type: 'lesson', position: { x: 0, y: 0 } };
  const b = { ...row, id: 'b', title: 'Flood', data: {}, content: content('It comes back.') };
  assert.deepEqual(await course.listNodes(), [
    { ...row, id: 'a', title: 'Ebb', data: { minutes: 5 }, content: content('The sea goes out.') },
    b,
  ]);
  assert.deepEqual(await course.listEdges(), [
    { course_id: courseId, id: 'e', type: 'next', source: 'a', target: 'b' },
  ]);

  await edit(() => {
    nodes.delete('a');
    edges.delete('e');
    nodes.set('c', nodeOf('section', 'Tides'));
  });
  await settle();
  assert.deepEqual(await course.listNodes(), [
    b,
    { ...row, id: 'c', type: 'section', title: 'Tides', data: {}, content: null },
  ]);
  assert.deepEqual(await course.listEdges(), []);
  const document = await course.readDocument();
  assert.deepEqual([document.version, document.settled_version], [2, 2]);
});
