import * as Y from 'yjs';
import { editGraph } from '../graph/edit-graph.ts';
import type { GraphEdge, GraphNode } from '../graph/graph.ts';
import type { Op } from '../graph/ops.ts';
import { newId } from '../postgres/new-id.ts';

/** A document after these ops. */
export function makeGraphDoc(...ops: readonly Op[]): Y.Doc {
  const doc = new Y.Doc();
  const { outcome } = editGraph(doc, ops, newId);
  if (outcome !== 'done') throw new Error('the ops are refused');
  return doc;
}

export function nodeAdd(id: string, more: object = {}): Op {
  return { op: 'node.add', node: { id, type: 'lesson', title: `Lesson ${id}`, ...more } };
}

export function edgeAdd(id: string, source: string, target: string): Op {
  return { op: 'edge.add', edge: { id, type: 'next', source, target } };
}

/** A node without faults, as far as this leaves it so. */
export function makeNode(id: string, more: Partial<GraphNode> = {}): GraphNode {
  const data = { text: 'Words' };
  return { id, type: 'lesson', title: `Lesson ${id}`, position: { x: 0, y: 0 }, data, ...more };
}

export function makeEdge(source: string, target: string, type = 'next'): GraphEdge {
  return { id: `${source}-${target}`, type, source, target };
}

/** What an act adds to a document, as others are sent it. */
export function captureUpdate(doc: Y.Doc, act: () => void): Uint8Array | undefined {
  const updates: Uint8Array[] = [];
  const listen = (update: Uint8Array) => updates.push(update);
  doc.on('update', listen);
  act();
  doc.off('update', listen);
  return updates.length === 0 ? undefined : Y.mergeUpdates(updates);
}
