import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryDraft } from '@lectern/db/graph/change-book';
import { addHistory } from '@lectern/db/postgres/add-history';
import { freshCourse } from '../testing/fresh-course.ts';

type Item = { id: string; target: { id: string } };

async function freshHistory() {
  const course = await freshCourse();
  const { store, courseId, me } = course;
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
  const add = (draft: Partial<HistoryDraft>) =>
    store.postgres.transaction().execute((tx) =>
      addHistory(tx, courseId, [
        {
          userId: me.userId,
          kind: 'node',
          id: 'n1',
          title: 'Tides',
          action: 'added',
          changes: {},
          fromVersion: 1,
          toVersion: 1,
          startedAt: at(0),
          endedAt: at(1),
          ...draft,
        },
      ]),
    );
  const list = async (query = '') => {
    const answer = await me.call('GET', `/v1/courses/${courseId}/history${query}`);
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json<{ items: Item[]; nextCursor: string | null }>();
  };
  return { ...course, at, add, list };
}

test('history says who did what to which element, newest first', async () => {
  const { me, at, add, list } = await freshHistory();
  await add({});
  const changes = { title: { before: 'Tides', after: 'Ebb' }, content: {} };
  const span = { fromVersion: 2, toVersion: 9, startedAt: at(20), endedAt: at(21) };
  await add({ ...span, action: 'changed', title: 'Ebb', changes });
  await add({ kind: 'edge', id: 'e1', title: 'Ebb → Flood', userId: null, action: 'removed' });
  const { items, nextCursor } = await list();
  const user = { id: me.userId, name: 'user' };
  assert.equal(nextCursor, null);
  assert.deepEqual(
    items.map(({ id: _id, ...item }) => item),
    [
      {
        user: null,
        target: { kind: 'edge', id: 'e1', title: 'Ebb → Flood' },
        action: 'removed',
        changes: {},
        fromVersion: 1,
        toVersion: 1,
        startedAt: '2026-01-01T00:00:00.000Z',
        endedAt: '2026-01-01T00:01:00.000Z',
      },
      {
        user,
        target: { kind: 'node', id: 'n1', title: 'Ebb' },
        action: 'changed',
        changes,
        fromVersion: 2,
        toVersion: 9,
        startedAt: '2026-01-01T00:20:00.000Z',
        endedAt: '2026-01-01T00:21:00.000Z',
      },
      {
        user,
        target: { kind: 'node', id: 'n1', title: 'Tides' },
        action: 'added',
        changes: {},
        fromVersion: 1,
        toVersion: 1,
        startedAt: '2026-01-01T00:00:00.000Z',
        endedAt: '2026-01-01T00:01:00.000Z',
      },
    ],
  );
});

test('the history of one node or edge is of that one alone', async () => {
  const { add, list } = await freshHistory();
  for (const kind of ['node', 'edge'] as const) {
    for (const id of ['same', 'other']) await add({ kind, id });
  }
  const find = async (query: string) => (await list(query)).items.map(({ target }) => target);
  assert.deepEqual(await find('?nodeId=same'), [{ id: 'same', kind: 'node', title: 'Tides' }]);
  assert.deepEqual(await find('?edgeId=other'), [{ id: 'other', kind: 'edge', title: 'Tides' }]);
  assert.deepEqual(await find('?nodeId=none'), []);
  assert.equal((await find('')).length, 4);
});

test('pages follow each other without a gap, also while entries are added', async () => {
  const { add, list } = await freshHistory();
  for (let i = 1; i <= 5; i++) await add({ id: `n${i}` });
  const first = await list('?limit=2');
  await add({ id: 'n6' });
  const second = await list(`?limit=2&cursor=${first.nextCursor}`);
  const third = await list(`?limit=2&cursor=${second.nextCursor}`);
  const ids = [first, second, third].flatMap(({ items }) => items.map(({ target }) => target.id));
  assert.deepEqual(ids, ['n5', 'n4', 'n3', 'n2', 'n1']);
  assert.equal(third.nextCursor, null);
});

test('what cannot be asked for is refused', async () => {
  const { me, courseId } = await freshHistory();
  for (const query of [
    'nodeId=a&edgeId=b',
    'nodeId=%01',
    'nodeId=',
    'limit=0',
    'cursor=x',
    'a=b',
  ]) {
    const answer = await me.call('GET', `/v1/courses/${courseId}/history?${query}`);
    assert.equal(answer.statusCode, 400, query);
    assert.equal(answer.json().code, 'invalid_request');
  }
});
