import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '../open.ts';
import { freshStore } from '../testing/fresh-store.ts';
import { logInAs } from '../testing/log-in-as.ts';
import { insertCourse } from './courses.ts';
import { appendUpdates } from './documents.ts';
import { newId } from './new-id.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function startCourse() {
  const { postgres } = store;
  const { userId } = await logInAs(store, 'user');
  const courseId = newId();
  const viewer = { id: userId, role: 'user', email: '', name: '' } as const;
  const author = { userId, requestId: null, address: null };
  await insertCourse(postgres, viewer, { course: { id: courseId, title: 'A course' }, author });
  const append = (...data: readonly string[]) =>
    appendUpdates(
      postgres,
      courseId,
      data.map((text) => ({ data: Buffer.from(text), userId })),
    );
  const listUpdates = () =>
    postgres
      .selectFrom('course_updates')
      .select(['version', 'data', 'user_id'])
      .where('course_id', '=', courseId)
      .orderBy('version')
      .execute();
  const countRuns = async () => {
    const runs = postgres.selectFrom('runs').select('id').where('subject', '=', courseId);
    return (await runs.execute()).length;
  };
  return { courseId, userId, append, listUpdates, countRuns };
}

test('updates are kept in their order, with who made them, and one settle for all of them', async () => {
  const { userId, append, listUpdates, countRuns } = await startCourse();
  assert.deepEqual(await append('a', 'b'), { outcome: 'done', version: 2 });
  assert.deepEqual(await append('c'), { outcome: 'done', version: 3 });
  assert.deepEqual(await append('d', 'e'), { outcome: 'done', version: 5 });
  assert.deepEqual(
    await listUpdates(),
    ['a', 'b', 'c', 'd', 'e'].map((text, i) => {
      return { version: i + 1, data: Buffer.from(text), user_id: userId };
    }),
  );
  assert.equal(await countRuns(), 1);
});

test('what two append at once gets versions without holes', async () => {
  const { append, listUpdates, countRuns } = await startCourse();
  const appended = await Promise.all(Array.from({ length: 40 }, (_, i) => append(`${i}`, 'x')));
  const versions = appended.map((one) => (one.outcome === 'done' ? one.version : 0));
  assert.deepEqual(
    versions.toSorted((a, b) => a - b),
    Array.from({ length: 40 }, (_, i) => 2 * (i + 1)),
  );
  assert.equal((await listUpdates()).length, 80);
  assert.equal(await countRuns(), 1);
});

test('a course takes its updates with it', async () => {
  const { courseId, append, listUpdates } = await startCourse();
  const other = await startCourse();
  await append('a');
  await other.append('b');
  await store.postgres.deleteFrom('courses').where('id', '=', courseId).execute();
  assert.deepEqual(await listUpdates(), []);
  assert.equal((await other.listUpdates()).length, 1);
  assert.deepEqual(await append('c'), { outcome: 'gone' });
  assert.deepEqual(await listUpdates(), []);
});

test('an account that is gone is named in no update', async () => {
  const { append, listUpdates, courseId } = await startCourse();
  const { userId: leaver } = await logInAs(store, 'user');
  await append('a');
  await appendUpdates(store.postgres, courseId, [{ data: Buffer.from('b'), userId: leaver }]);
  await store.postgres.deleteFrom('users').where('id', '=', leaver).execute();
  const people = (await listUpdates()).map(({ user_id: id }) => id === null);
  assert.deepEqual(people, [false, true]);
});

test('a document that would be too large takes no more', async () => {
  const { append, courseId } = await startCourse();
  await append('a');
  await store.postgres
    .updateTable('course_documents')
    .set({ size_bytes: 32 * 1024 * 1024 - 1 })
    .where('course_id', '=', courseId)
    .execute();
  assert.deepEqual(await append('b'), { outcome: 'done', version: 2 });
  assert.deepEqual(await append('c'), { outcome: 'full' });
});
