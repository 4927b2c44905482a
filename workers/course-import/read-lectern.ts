import type { GraphEdge, GraphNode } from '@lectern/db/graph/graph';
import { isElementId } from '@lectern/db/graph/read-graph';
import type { ImportItem } from '@lectern/db/jobs/import-report';
import { Refusal } from './draft.ts';
import { type Fields, isFields, listOf, noteOthers } from './fields.ts';
import { makeDraft, type RawCourse } from './make-draft.ts';
import { Names } from './names.ts';
import { takeContent, takeData } from './take-data.ts';
import { type Taken, takeElements } from './take-elements.ts';
import { takePosition, takeTitle } from './take-node-fields.ts';

export function isLecternCourse(value: unknown): value is Fields {
  return isFields(value) && value['format'] === 'lectern.course';
}

/** A course as our own export writes it: all that a document can hold is taken as it is. */
export function readLectern(file: Fields, raw: RawCourse) {
  if (file['version'] !== 1) {
    const message = 'The file was written by a newer version of Lectern than this one.';
    throw new Refusal('version_unknown', message);
  }
  const items: ImportItem[] = [];
  const changes: string[] = [];
  const names = new Names(raw.id);
  const graph = isFields(file['graph']) ? file['graph'] : {};
  const nodes = takeElements('node', listOf(graph['nodes'], 'nodes', changes), {
    items,
    take: (fields, index) => takeNode(fields, names, `node ${index}`),
  });
  // Edges have names of their own: a course may have both by one name, and shows it as a fault.
  const edgeNames = new Names(raw.id);
  const edges = takeElements('edge', listOf(graph['edges'], 'edges', changes), {
    items,
    take: (fields, index) => takeEdge(fields, edgeNames, `edge ${index}`),
  });
  const course = isFields(file['course']) ? file['course'] : {};
  const materials = listOf(file['materials'], 'materials', changes);
  for (const [name, part] of Object.entries({ course, graph })) {
    if (file[name] === undefined) changes.push(`It has no ${name}.`);
    else if (file[name] !== part) changes.push(`Its ${name} is not an object and was left out.`);
  }
  noteOthers(file, fieldsOf.file, changes);
  noteOthers(graph, fieldsOf.graph, changes);
  return makeDraft(raw, { course, graph: { nodes, edges }, materials, items, changes });
}

const fieldsOf = {
  file: list('format', 'exportedAt', 'course', 'graph', 'materials'),
  graph: list('nodes', 'edges'),
  node: list('id', 'type', 'title', 'position', 'data', 'content'),
  edge: list('id', 'type', 'source', 'target'),
};

function list(...names: readonly string[]) {
  return names.map((name) => [name]);
}

function takeNode(fields: Fields, names: Names, label: string): Taken<GraphNode> {
  const changes: string[] = [];
  const id = names.give(fields['id'], label, changes);
  const type = takeType(fields['type'], 'lesson', changes);
  const title = takeTitle(fields['title'], changes);
  const position = takePosition(fields['position'], changes);
  const data = takeData(fields['data'], changes);
  const content = takeContent(fields['content'], changes);
  noteOthers(fields, fieldsOf.node, changes);
  const element = { id, type, title, position, data, ...(content !== undefined && { content }) };
  return { element, title, changes };
}

function takeEdge(fields: Fields, names: Names, label: string): Taken<GraphEdge> {
  const { source, target } = fields;
  if (!isElementId(source) || !isElementId(target)) {
    return { leftOut: 'It does not say which nodes it connects.' };
  }
  const changes: string[] = [];
  const id = names.give(fields['id'], label, changes);
  const type = takeType(fields['type'], 'next', changes);
  noteOthers(fields, fieldsOf.edge, changes);
  return { element: { id, type, source, target }, title: `${source} → ${target}`, changes };
}

function takeType(value: unknown, fallback: string, changes: string[]): string {
  if (typeof value === 'string' && /^[^\p{Cc}]{1,50}$/u.test(value) && value.isWellFormed()) {
    return value;
  }
  changes.push(`Its type is not a word; it is taken for “${fallback}”.`);
  return fallback;
}
