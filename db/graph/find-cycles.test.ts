import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeEdge, makeNode } from '../testing/make-graph-doc.ts';
import { findCycles } from './find-cycles.ts';
import { findFaults } from './find-faults.ts';
import type { GraphEdge } from './graph.ts';

const name = (i: number) => `n${i}`;

function chain(length: number): GraphEdge[] {
  return Array.from({ length: length - 1 }, (_, i) => makeEdge(name(i), name(i + 1), 'requires'));
}

test('a chain of 10,000 nodes has no cycle, and with its ends connected it is one', () => {
  const edges = chain(10_000);
  assert.deepEqual(findCycles(edges), []);
  const [cycle, ...others] = findCycles([...edges, makeEdge('n9999', 'n0', 'requires')]);
  assert.deepEqual([cycle?.length, others], [10_000, []]);
});

test('a cycle of any length is found as the edges around it, without the way to it', () => {
  for (const length of [1, 2, 3, 7, 100]) {
    const back = makeEdge(name(length - 1), name(0), 'requires');
    const ring = [...chain(length), back];
    const edges = [makeEdge('in', name(0), 'requires'), ...ring, makeEdge(name(0), 'out')];
    assert.deepEqual(findCycles(edges), [ring], `a cycle of ${length}`);
  }
});

test('cycles apart from each other are each found, and other edges make none', () => {
  const ring = (x: string, y: string, type: string) => [makeEdge(x, y, type), makeEdge(y, x, type)];
  const edges = [...ring('a', 'b', 'requires'), ...ring('c', 'd', 'requires')];
  assert.equal(findCycles(edges).length, 2);
  assert.deepEqual(findCycles([...ring('a', 'b', 'next'), ...ring('c', 'd', 'relates')]), []);
});

test('no more cycles are told than somebody mends at a time', () => {
  const loops = Array.from({ length: 200 }, (_, i) => makeEdge(name(i), name(i), 'requires'));
  assert.equal(findCycles(loops).length, 50);
});

test('the author reads who requires whom, of a long way the beginning', () => {
  const tell = (length: number) => {
    const nodes = Array.from({ length }, (_, i) => makeNode(name(i)));
    const edges = [...chain(length), makeEdge(name(length - 1), name(0), 'requires')];
    return findFaults({ nodes, edges });
  };
  assert.deepEqual(tell(1), [
    {
      code: 'requires_cycle',
      edgeId: 'n0-n0',
      path: 'edges.n0-n0',
      message: '“Lesson n0” requires itself, so nobody can begin it. Remove that connection.',
    },
  ]);
  assert.match(
    tell(2)[0]?.message ?? '',
    /^“Lesson n0” requires “Lesson n1” requires “Lesson n0”: nobody can begin any of them\./,
  );
  const [long, ...others] = tell(10_000);
  assert.match(long?.message ?? '', /“Lesson n9” requires 9990 more requires “Lesson n0”/);
  assert.deepEqual([others, (long?.message.length ?? 0) < 500], [[], true]);
});
