import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeEdge, makeNode } from '../testing/make-graph-doc.ts';
import { findFaults } from './find-faults.ts';
import type { GraphEdge, GraphNode } from './graph.ts';

function tell(nodes: readonly GraphNode[], edges: readonly GraphEdge[] = []) {
  return findFaults({ nodes, edges }).map(({ code, path, message }) => [code, path, message]);
}

const [a, b, c] = [makeNode('a'), makeNode('b'), makeNode('c')];

test('a graph in order has no faults', () => {
  assert.deepEqual(tell([a, b, c], [makeEdge('a', 'b'), makeEdge('b', 'c', 'requires')]), []);
  assert.deepEqual(tell([]), []);
});

test('a type that nobody knows is named with those there are', () => {
  assert.deepEqual(tell([makeNode('a', { type: 'song' }), b], [makeEdge('a', 'b', 'before')]), [
    [
      'unknown_type',
      'nodes.a.type',
      '“Lesson a” is of the type “song”. Use one of section, lesson, video, quiz, assignment.',
    ],
    [
      'unknown_type',
      'edges.a-b.type',
      'A connection is of the type “before”. Use one of next, requires, relates.',
    ],
  ]);
});

test('a title of nothing but spaces is none', () => {
  assert.deepEqual(tell([makeNode('a', { title: ' ' })]), [
    ['title_missing', 'nodes.a.title', 'A lesson has no title. Give it one.'],
  ]);
});

test('a lesson is empty when neither words nor data nor a picture are in it', () => {
  const empty = [
    'lesson_empty',
    'nodes.a',
    '“Lesson a” is empty. Write something, or add a material.',
  ];
  const paragraph = { type: 'paragraph' };
  const picture = { type: 'image', attrs: { src: '/a.png' } };
  assert.deepEqual(tell([makeNode('a', { data: {} })]), [empty]);
  assert.deepEqual(tell([makeNode('a', { data: { note: ' ', list: [], on: false } })]), [empty]);
  const blank = { type: 'doc', content: [paragraph] } as const;
  assert.deepEqual(tell([makeNode('a', { data: {}, content: blank })]), [empty]);
  for (const node of [
    makeNode('a', { data: { materialId: 'm1' } }),
    makeNode('a', { data: { list: [{ minutes: 5 }] } }),
    makeNode('a', { data: {}, content: { type: 'doc', content: [picture] } }),
    makeNode('a', { type: 'section', data: {} }),
  ]) {
    assert.deepEqual(tell([node]), []);
  }
});

test('a quiz needs questions, and each a right answer', () => {
  const quiz = (data: Record<string, unknown>) => makeNode('a', { type: 'quiz', data });
  assert.deepEqual(tell([quiz({})]), [
    ['quiz_without_answer', 'nodes.a.data.questions', '“Lesson a” has no questions. Add one.'],
  ]);
  const questions = [{ text: 'Why?', answer: 'So' }, { text: 'When?' }];
  assert.deepEqual(tell([quiz({ questions })]), [
    [
      'quiz_without_answer',
      'nodes.a.data.questions.1',
      'Question 2 of “Lesson a” has no right answer. Mark one.',
    ],
  ]);
});

test('a connection whose ends are not there, or that is named like a node, is told', () => {
  const edges = [
    makeEdge('a', 'lost'),
    makeEdge('lost', 'a'),
    makeEdge('lost', 'gone'),
    { ...makeEdge('a', 'b'), id: 'b' },
  ];
  const nowhere = 'edge_to_nowhere';
  const unknownSource = 'A connection comes from a node that is not there. Remove it.';
  assert.deepEqual(tell([a, b], edges), [
    [
      nowhere,
      'edges.a-lost.target',
      'A connection from “Lesson a” leads to a node that is not there. Remove it.',
    ],
    [nowhere, 'edges.lost-a.source', unknownSource],
    [nowhere, 'edges.lost-gone.source', unknownSource],
    [
      nowhere,
      'edges.lost-gone.target',
      'A connection leads to a node that is not there. Remove it.',
    ],
    ['duplicate_id', 'edges.b', 'A connection has the same id as “Lesson b”.'],
  ]);
});

test('nodes that nobody comes to from a beginning are told', () => {
  const lost = (id: string) => [
    'unreachable_node',
    `nodes.${id}`,
    `Nothing leads to “Lesson ${id}”. Connect it with what comes before it.`,
  ];
  assert.deepEqual(tell([a, b, c], [makeEdge('a', 'b')]), [lost('c')]);
  const [d, e] = [makeNode('d'), makeNode('e')];
  const round = [makeEdge('d', 'e'), makeEdge('e', 'd')];
  assert.deepEqual(tell([a, b, d, e], [makeEdge('a', 'b'), ...round]), [lost('d'), lost('e')]);
  const related = [makeEdge('a', 'b'), ...round, makeEdge('d', 'a', 'relates')];
  assert.deepEqual(tell([a, b, d, e], related), []);
});
