import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { editCourse, edgeOf, nodeOf } from '../testing/edit-course.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

test('rows and index that were lost or spoilt come back from the document, history does not grow', async () => {
  const course = await editCourse(store);
  const { courseId, edit, nodes, edges, settle } = course;
  await edit(() => {
    for (const id of ['a', 'b', 'c']) nodes.set(id, nodeOf('lesson', `Lesson ${id}`));
    edges.set('ab', edgeOf('next', 'a', 'b'));
    edges.set('bc', edgeOf('next', 'b', 'c'));
  });
  await settle();
  const { postgres } = store;
  const read = async () => ({
    nodes: await course.listNodes(),
    edges: await course.listEdges(),
    history: await course.listHistory(),
    document: await course.readDocument(),
    texts: await postgres
      .selectFrom('chunks')
      .select(['node_id', 'text'])
      .where('course_id', '=', courseId)
      .orderBy('node_id')
      .execute(),
  });
  const wanted = await read();
  await postgres
    .deleteFrom('nodes')
    .where('course_id', '=', courseId)
    .where('id', '=', 'a')
    .execute();
  await postgres.deleteFrom('edges').where('course_id', '=', courseId).execute();
  await postgres.deleteFrom('chunks').where('node_id', '=', 'b').execute();
  await postgres
    .updateTable('nodes')
    .set({ title: 'Spoilt' })
    .where('course_id', '=', courseId)
    .where('id', '=', 'c')
    .execute();
  const row = { course_id: courseId, type: 'lesson', title: 'Stray', content: null };
  await postgres
    .insertInto('nodes')
    .values({ ...row, id: 'x', position: '{}', data: '{}' })
    .execute();
  await settle();
  assert.notDeepEqual(await read(), wanted);
  await settle(true);
  assert.deepEqual(await read(), wanted);
});
