import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import { addNode, elementAt, mapOf, setField, writeContent } from './edit-graph.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { edgesOf, nodesOf, readEdgeAt, readNodeAt } from './read-graph.ts';

/**
 * Makes the document say this graph, as an edit like any other. What it says already is not touched, so
 * that what others write meanwhile stays.
 */
export function rewriteGraph(doc: Y.Doc, wanted: Graph): void {
  doc.transact(() => {
    const [nodes, edges] = [nodesOf(doc), edgesOf(doc)];
    removeOthers(edges, wanted.edges);
    removeOthers(nodes, wanted.nodes);
    for (const node of wanted.nodes) rewriteNode(nodes, readNodeAt(doc, node.id), node);
    for (const edge of wanted.edges) rewriteEdge(edges, readEdgeAt(doc, edge.id), edge);
  });
}

function removeOthers(elements: Y.Map<unknown>, wanted: readonly { readonly id: string }[]): void {
  const ids = new Set(wanted.map(({ id }) => id));
  for (const id of elements.keys()) if (!ids.has(id)) elements.delete(id);
}

function rewriteNode(
  nodes: Y.Map<unknown>,
  found: GraphNode | undefined,
  { content, ...wanted }: GraphNode,
): void {
  if (found === undefined) return addNode(nodes, wanted, content);
  const node = elementAt(nodes, wanted.id);
  for (const field of ['type', 'title', 'position', 'data'] as const) {
    if (!isDeepStrictEqual(found[field], wanted[field])) setField(node, field, wanted[field]);
  }
  if (!isDeepStrictEqual(found.content, content)) writeContent(node, content);
}

function rewriteEdge(
  edges: Y.Map<unknown>,
  found: GraphEdge | undefined,
  { id, type, source, target }: GraphEdge,
): void {
  if (found === undefined) {
    edges.set(id, mapOf({ type, source, target }));
    return;
  }
  const edge = elementAt(edges, id);
  if (found.type !== type) setField(edge, 'type', type);
  if (found.source !== source) setField(edge, 'source', source);
  if (found.target !== target) setField(edge, 'target', target);
}
