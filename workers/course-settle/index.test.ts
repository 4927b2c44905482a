import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { searchText } from '@lectern/db/postgres/search';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { editCourse, nodeOf } from '../testing/edit-course.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

async function startCourse() {
  const course = await editCourse(store);
  const viewer = { ...course.owner, role: 'user', name: 'Ann' } as const;
  const find = async (text: string) => {
    const query = { text, courseId: course.courseId, limit: 10 };
    return (await searchText(store.postgres, viewer, query)).map(({ nodeId }) => nodeId);
  };
  const listChunks = () =>
    store.postgres
      .selectFrom('chunks')
      .select(['id', 'node_id', 'text'])
      .where('course_id', '=', course.courseId)
      .orderBy('node_id')
      .execute();
  return { ...course, find, listChunks };
}

test('a node is found by its title, its content and what its data says', async () => {
  const { edit, nodes, settle, find } = await startCourse();
  await edit(() => {
    nodes.set('a', nodeOf('lesson', 'Ebb', { words: 'The sea withdraws slowly.' }));
    nodes.set('b', nodeOf('video', 'Polar night', { data: { transcript: 'Penguins huddle.' } }));
    nodes.set('c', nodeOf('lesson', 'Русский', { words: 'Приливы зависят от луны.' }));
  });
  await settle();
  assert.deepEqual(await find('withdraw'), ['a']);
  assert.deepEqual(await find('polar'), ['b']);
  assert.deepEqual(await find('penguin'), ['b']);
  assert.deepEqual(await find('прилив'), ['c']);
});

test('only nodes whose words changed are indexed again', async () => {
  const { edit, nodes, settle, find, listChunks } = await startCourse();
  await edit(() => {
    for (const id of ['a', 'b', 'c']) nodes.set(id, nodeOf('lesson', `Lesson ${id}`));
  });
  await settle();
  const indexed = await listChunks();
  await edit(() => {
    nodes.get('a')?.set('position', { x: 5, y: 5 });
    nodes.get('b')?.set('title', 'Zephyr');
    nodes.delete('c');
  });
  await settle();
  const [first, second, ...rest] = await listChunks();
  assert.deepEqual([first, rest], [indexed[0], []]);
  assert.deepEqual([second?.node_id, second?.text], ['b', 'Zephyr']);
  assert.notEqual(second?.id, indexed[1]?.id);
  assert.deepEqual(await find('zephyr'), ['b']);
});

test('a quiz is found by its questions, and not by what answers them', async () => {
  const { edit, nodes, settle, find, readDocument } = await startCourse();
  const questions = [
    {
      type: 'single',
      text: 'Which capital lies on the Aare?',
      options: [
        { id: '1', text: 'Bratislava' },
        { id: '2', text: 'Bern', correct: true },
      ],
      explanation: 'Zytglogge stands there.',
    },
    { type: 'text', text: 'Who wrote it?', answer: 'Gotthelf' },
  ];
  await edit(() => nodes.set('q', nodeOf('quiz', 'Rivers', { data: { questions } })));
  assert.equal((await readDocument()).has_answers, false);
  await settle();
  assert.equal((await readDocument()).has_answers, true);
  assert.deepEqual(await find('aare'), ['q']);
  for (const word of ['bern', 'bratislava', 'zytglogge', 'gotthelf']) {
    assert.deepEqual(await find(word), [], word);
  }
});
