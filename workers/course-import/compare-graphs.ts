import { isDeepStrictEqual } from 'node:util';
import type { Graph } from '@lectern/db/graph/graph';

const mostTold = 50;

/** What of a graph another one does not say in the same way, in words. The order does not matter. */
export function compareGraphs(wanted: Graph, found: Graph): string[] {
  const differences = [
    ...compare('node', wanted.nodes, found.nodes),
    ...compare('edge', wanted.edges, found.edges),
  ];
  return differences.slice(0, mostTold);
}

type Element = { readonly id: string };

function compare(kind: string, wanted: readonly Element[], found: readonly Element[]): string[] {
  const there = new Map(found.map((element) => [element.id, element]));
  const differences = wanted.flatMap((element) => {
    const other = there.get(element.id);
    there.delete(element.id);
    if (other === undefined) return [`The ${kind} ${element.id} is missing.`];
    return isDeepStrictEqual(element, other) ? [] : [`The ${kind} ${element.id} differs.`];
  });
  return [...differences, ...[...there.keys()].map((id) => `The ${kind} ${id} came from nowhere.`)];
}
