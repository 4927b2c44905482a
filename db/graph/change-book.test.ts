import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeAdd, makeGraphDoc, nodeAdd } from '../testing/make-graph-doc.ts';
import { ChangeBook } from './change-book.ts';
import { elementAt } from './edit-graph.ts';
import { nodesOf } from './read-graph.ts';
import { trackChanges } from './track-changes.ts';

/** A book of a document with nodes a and b and an edge between them, in which people write by turns. */
function openBook() {
  const doc = makeGraphDoc(nodeAdd('a'), nodeAdd('b'), edgeAdd('e', 'a', 'b'));
  const book = new ChangeBook(doc);
  let update = { version: 0, data: new Uint8Array(), userId: 'ann', at: new Date(0) };
  trackChanges(doc, (touch) => book.record(touch, update));
  const nodes = nodesOf(doc);
  const write = (userId: string, minute: number, act: () => void) => {
    update = { ...update, version: update.version + 1, userId, at: new Date(minute * 60_000) };
    doc.transact(act);
  };
  const set = (field: string, value: unknown) => () => elementAt(nodes, 'a').set(field, value);
  return { book, doc, nodes, write, set };
}

function tell(book: ChangeBook) {
  return book
    .listHistory()
    .map(({ userId, id, action, fromVersion, toVersion }) => [
      userId,
      id,
      action,
      fromVersion,
      toVersion,
    ]);
}

test('one entry holds what a person changes within minutes: first before, last after', () => {
  const { book, write, set } = openBook();
  write('ann', 0, set('title', 'E'));
  write('ann', 3, set('title', 'Ebb'));
  write('ann', 6, set('type', 'video'));
  assert.deepEqual(tell(book), [['ann', 'a', 'changed', 1, 3]]);
  const [entry] = book.listHistory();
  assert.deepEqual(
    [entry?.title, entry?.startedAt, entry?.endedAt],
    ['Ebb', new Date(0), new Date(360_000)],
  );
  assert.deepEqual(entry?.changes, {
    title: { before: 'Lesson a', after: 'Ebb' },
    type: { before: 'lesson', after: 'video' },
  });
});

test('five minutes of quiet, another person and a removal begin a new entry', () => {
  const { book, nodes, write, set } = openBook();
  write('ann', 0, set('title', '1'));
  write('ann', 5, set('title', '2'));
  write('bob', 6, set('title', '3'));
  write('ann', 7, set('title', '4'));
  write('ann', 8, () => nodes.delete('a'));
  assert.deepEqual(tell(book), [
    ['ann', 'a', 'changed', 1, 1],
    ['ann', 'a', 'changed', 2, 2],
    ['bob', 'a', 'changed', 3, 3],
    ['ann', 'a', 'changed', 4, 4],
    ['ann', 'a', 'removed', 5, 5],
  ]);
  assert.equal(book.listHistory().at(-1)?.title, '4');
});

test('of long values and of content an entry tells only that they changed', () => {
  const { book, write, set } = openBook();
  write('ann', 0, set('data', { text: 'Words' }));
  write('ann', 0, set('title', 'x'.repeat(201)));
  assert.deepEqual(book.listHistory()[0]?.changes, { data: {}, title: { before: 'Lesson a' } });
});

test('what is new has no before, and what is removed keeps its last title', () => {
  const { book, doc, write, nodes } = openBook();
  write('ann', 0, () => doc.getMap('edges').delete('e'));
  write('ann', 0, () => nodes.set('c', elementAt(nodes, 'b').clone()));
  write('ann', 0, () => elementAt(nodes, 'c').set('title', 'Flood'));
  const told = book.listHistory().map(({ kind, title, action, changes }) => {
    return [kind, title, action, changes];
  });
  assert.deepEqual(told, [
    ['edge', 'Lesson a → Lesson b', 'removed', {}],
    ['node', 'Flood', 'added', {}],
  ]);
});

test('each field has the version in which it last changed; other keys and bad ids have none', () => {
  const { book, write, set, nodes } = openBook();
  write('ann', 0, set('title', '1'));
  write('ann', 0, set('title', '2'));
  write('ann', 0, set('colour', 'red'));
  write('ann', 0, () => nodes.set('a\0b', 'x'));
  write('ann', 0, () => nodes.set('__proto__', elementAt(nodes, 'b').clone()));
  assert.deepEqual(book.listFieldVersions(), [
    { element: 'node:a', field: 'title', version: 2 },
    { element: 'node:__proto__', field: '', version: 5 },
  ]);
  assert.deepEqual([...book.touched.node], ['a', '__proto__']);
});
