import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { settleCourse } from '@lectern/db/jobs/course';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { editCourse, nodeOf } from '../testing/edit-course.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

/** A store in which this happens once, while a document is being settled. */
function duringSettle(act: () => Promise<unknown>): Store {
  const { settle, ...documents } = store.documents;
  let isDone = false;
  return {
    ...store,
    documents: {
      ...documents,
      settle: async (unsettled) => {
        if (!isDone) {
          isDone = true;
          await act();
        }
        return settle(unsettled);
      },
    },
  };
}

async function listSettles(courseId: string): Promise<number> {
  const runs = await store.postgres
    .selectFrom('runs')
    .select('id')
    .where('job', '=', settleCourse.name)
    .where('subject', '=', courseId)
    .execute();
  return runs.length;
}

test('many edits put one settle down, and an edit during it the next', async () => {
  let act: () => Promise<unknown> = async () => undefined;
  const course = await editCourse(duringSettle(() => act()));
  const { courseId, edit, nodes, settle, listNodes, readDocument } = course;
  const add = (id: string) => edit(() => nodes.set(id, nodeOf('lesson', id)));
  await add('a');
  await add('b');
  assert.equal(await listSettles(courseId), 1);
  act = () => add('c');
  await settle();
  // The one that this test ran itself is the third.
  assert.equal(await listSettles(courseId), 3);
  await settle();
  assert.deepEqual(
    (await listNodes()).map(({ id }) => id),
    ['a', 'b', 'c'],
  );
  const { version, settled_version: settled } = await readDocument();
  assert.deepEqual([version, settled], [3, 3]);
});

test('of two settles at once the slower one begins again, and nothing is written twice', async () => {
  let act: () => Promise<unknown> = async () => undefined;
  const course = await editCourse(duringSettle(() => act()));
  const { edit, nodes, settle, listHistory, listNodes } = course;
  await edit(() => nodes.set('a', nodeOf('lesson', 'Ebb')));
  act = () => settle();
  assert.equal((await settle()).state, 'done');
  assert.deepEqual(
    (await listHistory()).map(({ title }) => title),
    ['Ebb'],
  );
  assert.equal((await listNodes()).length, 1);
});

test('a settle that comes again without news writes nothing', async () => {
  const { edit, nodes, settle, listHistory, readDocument } = await editCourse(store);
  await edit(() => nodes.set('a', nodeOf('lesson', 'Ebb')));
  await settle();
  const [history, document] = [await listHistory(), await readDocument()];
  await settle();
  assert.deepEqual([await listHistory(), await readDocument()], [history, document]);
});

test('a course that is gone ends the run, whether it went before the settle or during it', async () => {
  const remove = (courseId: string) =>
    store.postgres.deleteFrom('courses').where('id', '=', courseId).execute();
  const early = await editCourse(store);
  await early.edit(() => early.nodes.set('a', nodeOf('lesson', 'Ebb')));
  await remove(early.courseId);
  const run = await early.settle();
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'course_gone']);

  let act: () => Promise<unknown> = async () => undefined;
  const during = await editCourse(duringSettle(() => act()));
  await during.edit(() => during.nodes.set('a', nodeOf('lesson', 'Ebb')));
  act = () => remove(during.courseId);
  const late = await during.settle();
  assert.deepEqual([late.state, late.error?.code], ['cancelled', 'course_gone']);
  assert.deepEqual(await during.listNodes(), []);
});
