import type { GraphEdge, GraphNode } from './graph.ts';

/**
 * Nodes that nobody comes to who begins where the course begins: at what has connections and no `next`
 * that leads to it. A course without any connection is a list, in which all can be reached.
 */
export function findUnreachable(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): GraphNode[] {
  if (edges.length === 0) return [];
  const neighbours = new Map<string, string[]>();
  const follows = new Set<string>();
  const link = (from: string, to: string) => {
    const known = neighbours.get(from);
    if (known === undefined) neighbours.set(from, [to]);
    else known.push(to);
  };
  for (const { type, source, target } of edges) {
    link(source, target);
    if (type === 'next') follows.add(target);
    // What is required or related is offered from both sides.
    else link(target, source);
  }
  const reached = new Set<string>();
  const open = [...neighbours.keys()].filter((id) => !follows.has(id));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    open.push(...(neighbours.get(id) ?? []));
  }
  return nodes.filter(({ id }) => !reached.has(id));
}
