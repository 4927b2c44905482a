import type { Graph } from '@lectern/db/graph/graph';

/** Fewer bytes no document has that says this: each of its characters takes at least one. */
export function leastBytesOf({ nodes, edges }: Graph): number {
  return count(nodes) + count(edges);
}

/** Graphs that were read are no deeper than a document may be. */
function count(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + count(part), 0);
}
