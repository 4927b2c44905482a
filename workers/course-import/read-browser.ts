import { isDeepStrictEqual } from 'node:util';
import type { GraphEdge, GraphNode } from '@lectern/db/graph/graph';
import type { ImportItem } from '@lectern/db/jobs/import-report';
import type { Draft } from './draft.ts';
import {
  type Fields,
  isFields,
  isWords,
  listOf,
  noteOthers,
  pick,
  showName,
  textOf,
} from './fields.ts';
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
  const changes: string[] = [];
  const names = new Names(raw.id);
  const { nodes: listed, edges: connections } = partsOf(course, changes);
  const nodes = takeElements('node', listed, {
    items,
    take: (fields, index) => takeNode(fields, names, `node ${index}`),
  });
  const edges = takeElements('edge', connections, {
    items,
    take: (fields, index) => takeEdge(fields, names, `edge ${index}`),
  });
  const given = pick(course, 'materials', 'files', 'attachments');
  const materials = listOf(given, 'materials', changes);
  return makeDraft(raw, { course, graph: { nodes, edges }, materials, items, changes });
}

/** Some had both in one list, where what connects is an edge. */
function partsOf(course: Fields, changes: string[]) {
  const nodes = listOf(course['nodes'], 'nodes', changes);
  const edges = listOf(pick(course, 'edges', 'connections'), 'edges', changes);
  const elements = listOf(course['elements'], 'elements', changes);
  const isEdge = (value: unknown) => isFields(value) && 'source' in value && 'target' in value;
  return {
    nodes: [...nodes, ...elements.filter((value) => !isEdge(value))],
    edges: [...edges, ...elements.filter(isEdge)],
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
const placed = [...placeFields, ...drawnFields];

function takeNode(fields: Fields, names: Names, label: string): Taken<GraphNode> {
  const changes: string[] = [];
  const id = names.give(fields['id'], label, changes);
  const given = isFields(fields['data']) ? fields['data'] : {};
  const stated = pick(given, 'type', 'kind', 'nodeType') ?? fields['type'];
  const type = mapNodeType(fields['type'], stated, changes);
  const places = [given, fields];
  const titled = findIn(places, titleFields, isWords);
  const title = takeTitle(titled, changes);
  const position = takePosition(pick(fields, 'position', 'positionAbsolute'), changes);
  const written = findIn(places, textFields, isText);
  const content = takeText(written, changes);
  const isTold = (name: string, value: unknown) =>
    (includes(titleFields, name) && (value === titled || value === '')) ||
    (includes(textFields, name) && (value === written || value === ''));
  const left = places.map((place) =>
    Object.entries(place).filter(
      ([name, value]) => !isTold(name, value) && !(place === fields && includes(placed, name)),
    ),
  );
  // What is no object is noted and lost; then all else that was said of the node is still there.
  if (given !== fields['data']) takeData(fields['data'], changes);
  const data = takeData(merge(left, changes), changes);
  const element = { id, type, title, position, data, ...(content !== undefined && { content }) };
  return { element, title, changes };
}

/** The first of these fields that will do; what else has one of the names stays beside it, as data. */
function findIn(
  places: readonly Fields[],
  names: readonly string[],
  isFit: (value: unknown) => boolean,
): unknown {
  return places
    .flatMap((place) => names.map((name) => (Object.hasOwn(place, name) ? place[name] : undefined)))
    .find(isFit);
}

function includes(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

/** What was said of a node itself and in its data; where both say something, its data is right. */
function merge(
  [within = [], beside = []]: readonly (readonly [string, unknown])[][],
  changes: string[],
): Fields {
  const merged = new Map(within);
  for (const [name, value] of beside) {
    const isTwice = merged.has(name) && !isDeepStrictEqual(merged.get(name), value);
    if (isTwice)
      changes.push(`It had two values of “${showName(name)}”; that of its data is kept.`);
    else merged.set(name, value);
  }
  return Object.fromEntries(merged);
}

function isText(value: unknown): boolean {
  return (
    (typeof value === 'string' && isWords(value)) || (isFields(value) && value['type'] === 'doc')
  );
}

/** The tool kept text as it was typed. What looks like markup in it stays text. */
function takeText(value: unknown, changes: string[]) {
  if (typeof value === 'string') return takeContent(richTextOf(value), changes);
  return isText(value) ? takeContent(value, changes) : undefined;
}

const endFields = {
  source: ['source', 'from', 'sourceId'],
  target: ['target', 'to', 'targetId'],
} as const;

function takeEdge(fields: Fields, names: Names, label: string): Taken<GraphEdge> {
  const [from, to] = [pick(fields, ...endFields.source), pick(fields, ...endFields.target)];
  const [source, target] = [names.find(from), names.find(to)];
  if (source === undefined || target === undefined) {
    const end = showName(source === undefined ? from : to);
    const where = source === undefined ? 'comes from' : 'leads to';
    return { leftOut: `It ${where} a node that is not there${end === '' ? '' : `, “${end}”`}.` };
  }
  const changes: string[] = [];
  const id = names.give(fields['id'], label, changes);
  const { type, isTurned } = mapEdgeType(fields, changes);
  noteOthers(fields, [['id'], ['type'], ['label'], ['data'], ...Object.values(endFields)], changes);
  const ends = isTurned ? { source: target, target: source } : { source, target };
  return { element: { id, type, ...ends }, title: `${ends.source} → ${ends.target}`, changes };
}
