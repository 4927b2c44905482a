import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as Y from 'yjs';
import { edgeAdd, makeGraphDoc, nodeAdd } from '../testing/make-graph-doc.ts';
import { editGraph } from './edit-graph.ts';
import type { Op } from './ops.ts';
import { readGraph } from './read-graph.ts';

const row = { type: 'lesson', position: { x: 0, y: 0 }, data: {} };

function edit(doc: Y.Doc, ...ops: readonly Op[]) {
  let made = 0;
  return editGraph(doc, ops, () => `made-${++made}`);
}

test('nodes and connections between them are added in one call, and unnamed ones get ids', () => {
  const doc = new Y.Doc();
  const edited = edit(
    doc,
    nodeAdd('a'),
    { op: 'node.add', node: { type: 'section', title: 'Tides', position: { x: 1, y: 2 } } },
    { op: 'edge.add', edge: { type: 'requires', source: 'a', target: 'made-1' } },
  );
  assert.deepEqual(edited, { outcome: 'done', applied: ['a', 'made-1', 'made-2'] });
  assert.deepEqual(readGraph(doc), {
    nodes: [
      { id: 'a', title: 'Lesson a', ...row },
      { ...row, id: 'made-1', type: 'section', title: 'Tides', position: { x: 1, y: 2 } },
    ],
    edges: [{ id: 'made-2', type: 'requires', source: 'a', target: 'made-1' }],
    faults: [],
  });
});

test('a node is changed in what is named, moved, and emptied of its content', () => {
  const content = {
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Ebb' }] }],
  } as const;
  const doc = makeGraphDoc(
    nodeAdd('a', { content: { ...content, content: [...content.content] } }),
  );
  edit(doc, { op: 'node.update', id: 'a', changes: { title: 'Ebb', type: 'video' } });
  edit(doc, { op: 'node.move', id: 'a', position: { x: -1, y: 0.5 } });
  const moved = { ...row, id: 'a', type: 'video', title: 'Ebb', position: { x: -1, y: 0.5 } };
  assert.deepEqual(readGraph(doc).nodes, [{ ...moved, content }]);
  edit(doc, { op: 'node.update', id: 'a', changes: { data: { minutes: 5 }, content: null } });
  assert.deepEqual(readGraph(doc).nodes, [{ ...moved, data: { minutes: 5 } }]);
});

test('an edge is changed in what is named, and removed', () => {
  const doc = makeGraphDoc(nodeAdd('a'), nodeAdd('b'), nodeAdd('c'), edgeAdd('e', 'a', 'b'));
  edit(doc, { op: 'edge.update', id: 'e', changes: { type: 'relates', target: 'c' } });
  assert.deepEqual(readGraph(doc).edges, [{ id: 'e', type: 'relates', source: 'a', target: 'c' }]);
  edit(doc, { op: 'edge.remove', id: 'e' });
  assert.deepEqual(readGraph(doc).edges, []);
});

test('with a node go its connections, also those of the same call', () => {
  const doc = makeGraphDoc(nodeAdd('a'), nodeAdd('b'), nodeAdd('c'), edgeAdd('ab', 'a', 'b'));
  edit(doc, edgeAdd('bc', 'b', 'c'), edgeAdd('ac', 'a', 'c'), { op: 'node.remove', id: 'b' });
  const { nodes, edges } = readGraph(doc);
  assert.deepEqual([nodes.map(({ id }) => id), edges.map(({ id }) => id)], [['a', 'c'], ['ac']]);
});

test('what one of the ops lacks keeps all of them from being done', () => {
  const doc = makeGraphDoc(nodeAdd('a'), nodeAdd('b'), edgeAdd('e', 'a', 'b'));
  const before = Y.encodeStateAsUpdate(doc);
  const edited = edit(
    doc,
    nodeAdd('new'),
    nodeAdd('a'),
    { op: 'node.update', id: 'lost', changes: { title: 'x' } },
    { op: 'node.move', id: 'lost', position: { x: 0, y: 0 } },
    { op: 'node.remove', id: 'lost' },
    edgeAdd('e', 'a', 'b'),
    edgeAdd('f', 'lost', 'b'),
    { op: 'edge.update', id: 'e', changes: { target: 'lost' } },
    { op: 'edge.update', id: 'lost', changes: { type: 'next' } },
    { op: 'edge.remove', id: 'lost' },
  );
  assert.ok(edited.outcome === 'refused');
  assert.deepEqual(
    edited.faults.map(({ index, field }) => [index, field]),
    [
      [1, 'node.id'],
      [2, 'id'],
      [3, 'id'],
      [4, 'id'],
      [5, 'edge.id'],
      [6, 'edge.source'],
      [7, 'changes.target'],
      [8, 'id'],
      [9, 'id'],
    ],
  );
  assert.deepEqual(Y.encodeStateAsUpdate(doc), before);
});

test('a node that is removed is not there for the ops after it', () => {
  const doc = makeGraphDoc(nodeAdd('a'), nodeAdd('b'));
  const remove: Op = { op: 'node.remove', id: 'a' };
  assert.equal(edit(doc, remove, edgeAdd('e', 'a', 'b')).outcome, 'refused');
  assert.equal(edit(doc, remove, nodeAdd('a', { title: 'Another' })).outcome, 'done');
  assert.equal(readGraph(doc).nodes[0]?.title, 'Another');
});

test('values that could not be read again are refused', () => {
  const doc = makeGraphDoc(nodeAdd('a'));
  let deep: object = {};
  for (let level = 0; level < 30; level++) deep = { deep };
  const badContent = { type: 'doc' as const, content: [{ text: 'no type' }] };
  const edited = edit(
    doc,
    { op: 'node.update', id: 'a', changes: { title: '👩‍👩‍👧'.repeat(500) } },
    { op: 'node.update', id: 'a', changes: { data: { deep } } },
    { op: 'node.update', id: 'a', changes: { content: badContent } },
    nodeAdd('b', { data: { text: 'x'.repeat(300_000) } }),
  );
  assert.ok(edited.outcome === 'refused');
  assert.deepEqual(
    edited.faults.map(({ index, field, message }) => [index, field, message]),
    [
      [0, 'changes.title', 'is longer than 1000 characters'],
      [1, 'changes.data', 'is nested more than 20 levels deep'],
      [2, 'changes.content', 'has a node without a type'],
      [3, 'node.data', 'is too large'],
    ],
  );
});

test('keys that mean something to programs are keys like any other', () => {
  const data = { constructor: { constructor: 1, name: 'x' }, toString: 'y' };
  const attrs = { constructor: 'a', options: { constructor: 'b' } };
  const content = { type: 'doc' as const, content: [{ type: 'map', attrs }] };
  const doc = makeGraphDoc(nodeAdd('a', { data, content }), nodeAdd('b'));
  edit(doc, { op: 'node.update', id: 'b', changes: { data, content } });
  const [a, b] = readGraph(doc).nodes;
  assert.deepEqual([a?.data, b?.data], [data, data]);
  assert.deepEqual([a?.content, b?.content], [content, content]);
});

test('a title that somebody is writing in stays the text it is', () => {
  const doc = makeGraphDoc(nodeAdd('a'));
  const node = doc.getMap('nodes').get('a');
  assert.ok(node instanceof Y.Map);
  const title = new Y.Text('Ebb');
  node.set('title', title);
  edit(doc, { op: 'node.update', id: 'a', changes: { title: 'Flood' } });
  assert.deepEqual([node.get('title') === title, title.toJSON()], [true, 'Flood']);
});
