import type { GraphEdge, GraphNode } from '@lectern/db/graph/graph';
import type { ImportItem } from '@lectern/db/jobs/import-report';
import type { Draft } from './draft.ts';
import { type Fields, isFields, listOf, pick, showName, textOf } from './fields.ts';
import { makeDraft, type RawCourse } from './make-draft.ts';
import { mapEdgeType, mapNodeType } from './map-types.ts';
import { Names } from './names.ts';
import { takeContent, takeData } from './take-data.ts';
import { type Taken, takeElements } from './take-elements.ts';
import { takePosition, takeTitle } from './take-node-fields.ts';
import { richTextOf } from './markdown/rich-text-of.ts';

/** A course as the older tool kept it: nodes and edges as a drawing library has them. */
export function isBrowserCourse(value: unknown): value is Fields {
  if (!isFields(value)) return false;
  const { nodes, elements, materials } = value;
  const isTitled = textOf(pick(value, 'title', 'name')) !== undefined;
  return (
    Array.isArray(nodes) || (isTitled && (Array.isArray(elements) || Array.isArray(materials)))
  );
}

export function readBrowser(course: Fields, raw: RawCourse): Draft {
  const items: ImportItem[] = [];
  const names = new Names(raw.id);
  const { nodes: listed, edges: connections } = partsOf(course);
  const nodes = takeElements('node', listed, {
    items,
    take: (fields, index) => takeNode(fields, names, `node ${index}`),
  });
  const edges = takeElements('edge', connections, {
    items,
    take: (fields, index) => takeEdge(fields, names, `edge ${index}`),
  });
  const materials = listOf(pick(course, 'materials', 'files', 'attachments'));
  return makeDraft(raw, { course, graph: { nodes, edges }, materials, items });
}

/** Some had both in one list, where what connects is an edge. */
function partsOf(course: Fields) {
  const elements = listOf(course['elements']);
  const isEdge = (value: unknown) => isFields(value) && 'source' in value && 'target' in value;
  return {
    nodes: [...listOf(course['nodes']), ...elements.filter((value) => !isEdge(value))],
    edges: [...listOf(pick(course, 'edges', 'connections')), ...elements.filter(isEdge)],
  };
}

const titleFields = ['label', 'title', 'name'] as const;
const textFields = ['content', 'body', 'text', 'html', 'markdown'] as const;
const placeFields = ['id', 'type', 'data', 'position', 'positionAbsolute'] as const;
/** What a drawing library keeps for itself. */
const drawnFields = [
  'width',
  'height',
  'measured',
  'selected',
  'dragging',
  'draggable',
  'style',
  'className',
  'sourcePosition',
  'targetPosition',
  'zIndex',
  'hidden',
] as const;

function takeNode(fields: Fields, names: Names, label: string): Taken<GraphNode> {
  const changes: string[] = [];
  const id = names.give(fields['id'], label, changes);
  const given = isFields(fields['data']) ? fields['data'] : {};
  const stated = pick(given, 'type', 'kind', 'nodeType') ?? fields['type'];
  const type = mapNodeType(fields['type'], stated, changes);
  const title = takeTitle(pick(given, ...titleFields) ?? pick(fields, ...titleFields), changes);
  const position = takePosition(pick(fields, 'position', 'positionAbsolute'), changes);
  const textField = textFields.find((name) => isText(given[name]));
  const text = textField === undefined ? pick(fields, ...textFields) : given[textField];
  const content = takeText(text, changes);
  const beside = Object.entries(fields).filter(([name]) => !isTaken(name));
  const within = Object.entries(given).filter(
    ([name]) => name !== textField && name !== titleFields.find((one) => one in given),
  );
  // What is no object is noted and lost; then all else that was said of the node is still there.
  if (given !== fields['data']) takeData(fields['data'], changes);
  const data = takeData(Object.fromEntries([...beside, ...within]), changes);
  const element = { id, type, title, position, data, ...(content !== undefined && { content }) };
  return { element, title, changes };
}

function isTaken(name: string): boolean {
  return [...titleFields, ...textFields, ...placeFields, ...drawnFields].some(
    (one) => one === name,
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || (isFields(value) && value['type'] === 'doc');
}

/** The tool kept text as it was typed. What looks like markup in it stays text. */
function takeText(value: unknown, changes: string[]) {
  if (typeof value === 'string') return takeContent(richTextOf(value), changes);
  return isText(value) ? takeContent(value, changes) : undefined;
}

function takeEdge(fields: Fields, names: Names, label: string): Taken<GraphEdge> {
  const [source, target] = [
    names.find(pick(fields, 'source', 'from', 'sourceId')),
    names.find(pick(fields, 'target', 'to', 'targetId')),
  ];
  if (source === undefined || target === undefined) {
    const end = showName(
      source === undefined
        ? pick(fields, 'source', 'from', 'sourceId')
        : pick(fields, 'target', 'to', 'targetId'),
    );
    const where = source === undefined ? 'comes from' : 'leads to';
    return { leftOut: `It ${where} a node that is not there${end === '' ? '' : `, “${end}”`}.` };
  }
  const changes: string[] = [];
  const id = names.give(fields['id'], label, changes);
  const type = mapEdgeType(fields, changes);
  return { element: { id, type, source, target }, title: `${source} → ${target}`, changes };
}
