import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addPerson } from '../testing/add-account.ts';
import { editCourse, edgeOf, nodeOf } from '../testing/edit-course.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const begin = Date.UTC(2026, 0, 1);

/** A course whose edits are each made in a minute of their own choice. */
async function startCourse() {
  const course = await editCourse(store);
  const bob = await addPerson(store, 'Bob');
  const editAt = async (
    minute: number,
    act: () => void,
    userId: string | null = course.owner.id,
  ) => {
    const version = await course.edit(act, userId);
    await store.postgres
      .updateTable('course_updates')
      .set({ at: new Date(begin + minute * 60_000) })
      .where('course_id', '=', course.courseId)
      .where('version', '=', version)
      .execute();
  };
  const names = new Map<string | null, string>([
    [course.owner.id, 'Ann'],
    [bob.id, 'Bob'],
    [null, 'nobody'],
  ]);
  const tell = async () =>
    (await course.listHistory()).map((entry) => [
      names.get(entry.user_id),
      entry.action,
      entry.title,
      entry.changes,
      [entry.from_version, entry.to_version],
    ]);
  const setTitle = (id: string, title: string) => () => {
    course.nodes.set(id, nodeOf('lesson', title));
  };
  const write = (id: string, field: string, value: unknown) => () => {
    course.nodes.get(id)?.set(field, value);
  };
  return { ...course, bob, editAt, tell, setTitle, write };
}

test('what one person changes within five minutes is one entry, also over several settles', async () => {
  const { editAt, settle, tell, setTitle, write, listHistory } = await startCourse();
  await editAt(0, setTitle('a', 'Tide'));
  await settle();
  await editAt(6, write('a', 'title', 'E'));
  await editAt(8, write('a', 'title', 'Ebb'));
  await settle();
  await editAt(12, write('a', 'title', 'Ebb and flood'));
  await editAt(13, write('a', 'type', 'video'));
  await settle();
  await editAt(18, write('a', 'type', 'lesson'));
  await settle();
  assert.deepEqual(await tell(), [
    ['Ann', 'added', 'Tide', {}, [1, 1]],
    [
      'Ann',
      'changed',
      'Ebb and flood',
      {
        title: { before: 'Tide', after: 'Ebb and flood' },
        type: { before: 'lesson', after: 'video' },
      },
      [2, 5],
    ],
    ['Ann', 'changed', 'Ebb and flood', { type: { before: 'video', after: 'lesson' } }, [6, 6]],
  ]);
  const [, second] = await listHistory();
  assert.deepEqual(
    [second?.started_at, second?.ended_at],
    [new Date(begin + 6 * 60_000), new Date(begin + 13 * 60_000)],
  );
});

test('two people who write at the same time have entries of their own, by element', async () => {
  const { editAt, settle, tell, setTitle, write, bob } = await startCourse();
  await editAt(0, setTitle('a', 'Tide'));
  await editAt(0, setTitle('b', 'Moon'), bob.id);
  await editAt(1, write('b', 'title', 'Moon!'), bob.id);
  await editAt(1, write('a', 'title', 'Tides'), bob.id);
  await settle();
  await editAt(2, write('a', 'title', 'The tides'), bob.id);
  await editAt(3, write('a', 'title', 'All tides'));
  await editAt(3, write('a', 'title', 'All the tides'), null);
  await settle();
  const title = (from: string, to: string) => ({ title: { before: from, after: to } });
  assert.deepEqual(await tell(), [
    ['Ann', 'added', 'Tide', {}, [1, 1]],
    ['Bob', 'added', 'Moon!', {}, [2, 3]],
    ['Bob', 'changed', 'The tides', title('Tide', 'The tides'), [4, 5]],
    ['Ann', 'changed', 'All tides', title('The tides', 'All tides'), [6, 6]],
    ['nobody', 'changed', 'All the tides', title('All tides', 'All the tides'), [7, 7]],
  ]);
});

test('a removal keeps the title, and what is added again is new', async () => {
  const { editAt, settle, tell, setTitle, nodes, edges } = await startCourse();
  await editAt(0, () => {
    setTitle('a', 'Ebb')();
    setTitle('b', 'Flood')();
    edges.set('e', edgeOf('next', 'a', 'b'));
  });
  await settle();
  await editAt(1, () => {
    edges.delete('e');
    nodes.delete('a');
  });
  await editAt(2, setTitle('a', 'Ebb again'));
  await settle();
  const entries = (await tell()).map(([, action, title]) => [action, title]);
  assert.deepEqual(entries.slice(0, 3), [
    ['added', 'Ebb'],
    ['added', 'Flood'],
    ['added', 'Ebb → Flood'],
  ]);
  assert.deepEqual(entries.slice(3), [
    ['removed', 'Ebb'],
    ['removed', 'Ebb → Flood'],
    ['added', 'Ebb again'],
  ]);
});

test('what somebody did whose account is gone by then is told without a name', async () => {
  const { editAt, settle, tell, setTitle, bob } = await startCourse();
  await editAt(0, setTitle('a', 'Ebb'), bob.id);
  await store.postgres.deleteFrom('users').where('id', '=', bob.id).execute();
  await settle();
  assert.deepEqual(await tell(), [['nobody', 'added', 'Ebb', {}, [1, 1]]]);
});
