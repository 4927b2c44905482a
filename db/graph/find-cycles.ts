import type { GraphEdge } from './graph.ts';

/** For each knot of `requires` edges one way around it, as edges. Walks without recursion. */
export function findCycles(edges: readonly GraphEdge[]): GraphEdge[][] {
  const out = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    if (edge.type !== 'requires') continue;
    const own = out.get(edge.source);
    if (own === undefined) out.set(edge.source, [edge]);
    else own.push(edge);
  }
  const cycles: GraphEdge[][] = [];
  const done = new Set<string>();
  for (const start of out.keys()) {
    if (done.has(start)) continue;
    const way: { node: string; next: number; by?: GraphEdge }[] = [{ node: start, next: 0 }];
    const places = new Map([[start, 0]]);
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const edge = out.get(step.node)?.[step.next++];
      if (edge === undefined) {
        way.pop();
        places.delete(step.node);
        done.add(step.node);
        continue;
      }
      const place = places.get(edge.target);
      if (place !== undefined) {
        cycles.push([...way.slice(place + 1).flatMap(({ by }) => by ?? []), edge]);
      } else if (!done.has(edge.target)) {
        places.set(edge.target, way.length);
        way.push({ node: edge.target, next: 0, by: edge });
      }
      if (cycles.length >= mostCycles) return cycles;
    }
  }
  return cycles;
}

/** A person mends some and looks again. */
const mostCycles = 50;
