import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as Y from 'yjs';
import { edgeAdd, makeGraphDoc, nodeAdd } from '../testing/make-graph-doc.ts';
import { elementAt } from './edit-graph.ts';
import { edgesOf, nodesOf } from './read-graph.ts';
import { type Touch, trackChanges } from './track-changes.ts';

const content = { type: 'doc' as const, content: [{ type: 'paragraph' }] };

function track() {
  const doc = makeGraphDoc(nodeAdd('a', { content }), nodeAdd('b'), edgeAdd('e', 'a', 'b'));
  const touches: Touch[] = [];
  trackChanges(doc, (touch) => touches.push(touch));
  const nodes = nodesOf(doc);
  return { doc, nodes, edges: edgesOf(doc), a: elementAt(nodes, 'a'), touches };
}

const changed = { kind: 'node', id: 'a', action: 'changed' } as const;

test('a field that is set is told with what it held, if that was short', () => {
  const { a, touches } = track();
  a.set('title', 'x'.repeat(201));
  a.set('title', 'Ebb');
  assert.deepEqual(touches, [
    { ...changed, field: 'title', before: 'Lesson a' },
    { ...changed, field: 'title' },
  ]);
});

test('what is written deep in a field touches that field, once in a transaction', () => {
  const { doc, a, touches } = track();
  const fragment = a.get('content');
  assert.ok(fragment instanceof Y.XmlFragment);
  const paragraph = fragment.get(0);
  assert.ok(paragraph instanceof Y.XmlElement);
  doc.transact(() => {
    paragraph.insert(0, [new Y.XmlText('Ebb')]);
    paragraph.setAttribute('align', 'left');
    fragment.push([new Y.XmlElement('paragraph')]);
  });
  assert.deepEqual(touches, [{ ...changed, field: 'content' }]);
});

test('elements that come, go and are set in the place of others are told as such', () => {
  const { doc, nodes, edges, touches } = track();
  doc.transact(() => {
    nodes.set('c', new Y.Map([['type', 'lesson']]));
    nodes.set('a', new Y.Map([['type', 'video']]));
    nodes.delete('b');
    edges.delete('e');
  });
  const told = touches.map(({ kind, id, field, action }) => [kind, id, field, action].join(' '));
  assert.deepEqual(
    new Set(told),
    new Set(['edge e  removed', 'node a  changed', 'node b  removed', 'node c  added']),
  );
});

test('what is written into what goes in the same transaction is told as its removal alone', () => {
  const { doc, nodes, a, touches } = track();
  doc.transact(() => {
    a.set('title', 'Ebb');
    nodes.delete('a');
  });
  assert.deepEqual(touches, [{ kind: 'node', id: 'a', field: '', action: 'removed' }]);
});

test('other parts of a document are not told', () => {
  const { doc, touches } = track();
  doc.getMap('settings').set('a', 1);
  doc.getText('notes').insert(0, 'x');
  assert.deepEqual(touches, []);
});

test('2,000 levels that change at once are told as one field, and Yjs makes few events of them', () => {
  const { doc, a, touches } = track();
  const maps: Y.Map<unknown>[] = [new Y.Map()];
  doc.transact(() => {
    a.set('data', maps[0]);
    for (let level = 1; level < 2_000; level++) {
      const inner = new Y.Map<unknown>();
      maps.at(-1)?.set('in', inner);
      maps.push(inner);
    }
  });
  touches.length = 0;
  let events = 0;
  doc.on('afterTransaction', ({ changedParentTypes }) => {
    for (const some of changedParentTypes.values()) events += some.length;
  });
  doc.transact(() => maps.forEach((map) => map.set('x', 1)));
  assert.deepEqual(touches, [{ ...changed, field: 'data' }]);
  assert.ok(events < 10_000, `${events} events`);
  touches.length = 0;
  maps.at(-1)?.set('x', 2);
  assert.deepEqual(touches, [{ ...changed, field: 'data' }]);
});
