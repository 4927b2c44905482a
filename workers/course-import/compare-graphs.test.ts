import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Graph } from '@lectern/db/graph/graph';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { makeEdge, makeNode } from '@lectern/db/testing/make-graph-doc';
import { importWell } from '../testing/course-files.ts';
import { compareGraphs } from './compare-graphs.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const graph: Graph = {
  nodes: [makeNode('a'), makeNode('b')],
  edges: [makeEdge('a', 'b')],
};
const [a = makeNode('a'), b = makeNode('b')] = graph.nodes;

test('the same elements in another order are the same graph', () => {
  assert.deepEqual(compareGraphs(graph, { ...graph, nodes: [b, a] }), []);
});

test('what is missing, what differs and what came from nowhere is named', () => {
  const { edges } = graph;
  const compare = (nodes: Graph['nodes']) => compareGraphs(graph, { nodes, edges });
  assert.deepEqual(compare([a]), ['The node b is missing.']);
  assert.deepEqual(compare([a, b, makeNode('c')]), ['The node c came from nowhere.']);
  const others = [
    { ...b, title: 'B' },
    { ...b, type: 'quiz' },
    { ...b, position: { x: 0, y: 0.1 } },
    { ...b, data: { ...b.data, more: null } },
    { ...b, content: { type: 'doc' as const, content: [{ type: 'paragraph' }] } },
  ];
  for (const other of others) assert.deepEqual(compare([a, other]), ['The node b differs.']);
  const turned = [{ ...makeEdge('b', 'a'), id: edges[0]?.id ?? '' }];
  assert.deepEqual(compareGraphs(graph, { ...graph, edges: turned }), [
    `The edge ${edges[0]?.id} differs.`,
  ]);
});

test('of very many differences the first fifty are told', () => {
  const many = Array.from({ length: 60 }, (_, i) => makeNode(`n${i}`));
  assert.equal(compareGraphs({ nodes: many, edges: [] }, { nodes: [], edges: [] }).length, 50);
});

test('a report says it where a course does not hold what the file said', async () => {
  const { documents } = store;
  const build: typeof documents.build = ({ nodes, edges }) =>
    documents.build({ nodes: nodes.filter(({ id }) => id !== 'b'), edges });
  const content = JSON.stringify([{ title: 'T', ...graph }]);
  const losing = { ...store, documents: { ...documents, build } };
  const report = await importWell(losing, { fileName: 'a.json', content });
  const [course] = report.verification.courses;
  assert.deepEqual(
    [report.verification.isEqual, course?.isEqual, course?.differences],
    [false, false, ['The node b is missing.']],
  );
});
