import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { editCourse, nodeOf } from '../testing/edit-course.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

test('a course that is edited is kept as it is once in ten minutes', async () => {
  const { owner, courseId, edit, nodes, settle } = await editCourse(store);
  const add = async (id: string) => {
    await edit(() => nodes.set(id, nodeOf('lesson', `Lesson ${id}`)));
    await settle();
  };
  const list = () =>
    store.postgres
      .selectFrom('course_snapshots')
      .select(['kind', 'version', 'node_count', 'created_by'])
      .where('course_id', '=', courseId)
      .orderBy('id')
      .execute();
  const passMinutes = (minutes: number) =>
    store.postgres
      .updateTable('course_documents')
      .set({ snapshot_at: new Date(Date.now() - minutes * 60_000) })
      .where('course_id', '=', courseId)
      .execute();
  const automatic = { kind: 'automatic', created_by: owner.id };
  const first = { ...automatic, version: 1, node_count: 1 };
  await add('a');
  await add('b');
  assert.deepEqual(await list(), [first]);
  await passMinutes(9);
  await add('c');
  assert.deepEqual(await list(), [first]);
  await passMinutes(10);
  await add('d');
  assert.deepEqual(await list(), [first, { ...automatic, version: 4, node_count: 4 }]);
  await passMinutes(11);
  await settle(true);
  assert.equal((await list()).length, 2);
});
