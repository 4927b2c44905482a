import type { Graph } from '@lectern/db/graph/graph';
import type { ImportItem } from '@lectern/db/jobs/import-report';
import type { Draft } from './draft.ts';
import { type Fields, showName } from './fields.ts';
import { rewriteReferences } from '@lectern/db/graph/rewrite-references';
import { takeCourse } from './take-course.ts';
import { takeMaterials } from './take-materials.ts';

/** A course that is being read: the id that it will have, and what it is called where it does not say. */
export type RawCourse = { readonly id: string; readonly fallbackTitle: string };

export type Parts = {
  readonly course: Fields;
  readonly graph: Graph;
  readonly materials: readonly unknown[];
  /** Of the nodes and edges. */
  readonly items: readonly ImportItem[];
  /** What is to be said of the course itself. */
  readonly changes?: readonly string[];
};

/** Puts a course together: its row, its graph, its files, and how they name each other. */
export function makeDraft(
  { id, fallbackTitle }: RawCourse,
  { course, graph, materials: files, items: elements, changes: noted = [] }: Parts,
): Draft {
  const changes = [...noted];
  const fields = takeCourse(course, { fallbackTitle, changes });
  const ofFiles: ImportItem[] = [];
  const { materials, renamed } = takeMaterials(files, { courseId: id, items: ofFiles });
  const lostBy = new Map<string, ReadonlySet<string>>();
  const nodes = graph.nodes.map((node) => {
    const { node: rewritten, lost } = rewriteReferences(node, renamed);
    if (lost.size > 0) lostBy.set(node.id, lost);
    return rewritten;
  });
  const ofCourse: ImportItem = {
    kind: 'course',
    id,
    title: showName(fields.title),
    result: changes.length > 0 ? 'changed' : 'imported',
    ...(changes.length > 0 && { changes }),
  };
  const ofElements = elements.map((item) => noteLost(item, lostBy));
  const items = [ofCourse, ...ofElements, ...ofFiles].map((item) => ({ ...item, courseId: id }));
  return { ...fields, id, graph: { nodes, edges: graph.edges }, materials, items };
}

function noteLost(item: ImportItem, lostBy: ReadonlyMap<string, ReadonlySet<string>>): ImportItem {
  const lost = item.kind === 'node' && item.result !== 'left_out' ? lostBy.get(item.id) : undefined;
  if (lost === undefined) return item;
  const names = [...lost].slice(0, 5).map((id) => `“${showName(id)}”`);
  const change = `It speaks of files that were left out: ${names.join(', ')}.`;
  return { ...item, result: 'changed', changes: [...(item.changes ?? []), change] };
}
