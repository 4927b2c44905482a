import type { Graph, GraphNode } from '@lectern/db/graph/graph';

/** The nodes as they are read: each after what leads to it and what it requires, then by place. */
export function orderNodes({ nodes, edges }: Graph): GraphNode[] {
  const byPlace = nodes.toSorted(
    (a, b) => a.position.y - b.position.y || a.position.x - b.position.x || (a.id < b.id ? -1 : 1),
  );
  const place = new Map(byPlace.map(({ id }, i) => [id, i]));
  const before = new Map<string, GraphNode[]>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const { type, source, target } of edges) {
    if (type !== 'next' && type !== 'requires') continue;
    const [first, then] = type === 'next' ? [source, target] : [target, source];
    const node = byId.get(first);
    if (node === undefined) continue;
    const known = before.get(then);
    if (known === undefined) before.set(then, [node]);
    else known.push(node);
  }
  for (const list of before.values()) {
    list.sort((a, b) => (place.get(b.id) ?? 0) - (place.get(a.id) ?? 0));
  }

  const ordered: GraphNode[] = [];
  const met = new Set<string>();
  const done = new Set<string>();
  // A stack of its own: a course may be one chain of all its nodes.
  const stack = byPlace.toReversed();
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (met.has(node.id)) {
      stack.pop();
      if (!done.has(node.id)) ordered.push(node);
      done.add(node.id);
      continue;
    }
    met.add(node.id);
    // What was met and is not done stands in a circle, which begins here.
    stack.push(...(before.get(node.id) ?? []).filter(({ id }) => !met.has(id)));
  }
  return ordered;
}
