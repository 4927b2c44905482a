import * as Y from 'yjs';
import type { Fault, Graph, GraphEdge, GraphNode, Position } from './graph.ts';
import { elementIdPattern, limits } from './graph.ts';
import { cleanText, OutOfBounds, readJson, textOf } from './read-json.ts';
import { readRichText, type RichText } from './rich-text.ts';

/** The elements that a document holds, and what of it could not be taken as such. */
export type ReadGraph = Graph & { readonly faults: readonly Fault[] };

/** By their ids, which is a stable order; ids that we make follow time. */
export function readGraph(doc: Y.Doc): ReadGraph {
  const faults: Fault[] = [];
  const nodes = readElements(nodesOf(doc), { kind: 'nodes', most: limits.nodes, faults }, readNode);
  const edges = readElements(edgesOf(doc), { kind: 'edges', most: limits.edges, faults }, readEdge);
  return { nodes, edges, faults };
}

export function nodesOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('nodes');
}

export function edgesOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('edges');
}

type Kind = 'nodes' | 'edges';
type Report = (path: string, message: string) => undefined;
type Reading = { readonly kind: Kind; readonly most: number; readonly faults: Fault[] };

function readElements<T extends { readonly id: string }>(
  map: Y.Map<unknown>,
  { kind, most, faults }: Reading,
  read: (id: string, element: Y.Map<unknown>, report: Report) => T | undefined,
): T[] {
  const found: T[] = [];
  if (map._length > 0) {
    const path = kind;
    const message = `Elements are kept by their ids; what stands in a list in their place is left out.`;
    faults.push({ code: 'invalid_value', path, message });
  }
  // By id before any is left out: two processes that read the same document find the same elements.
  const all = [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [id, element] of all) {
    const report = reporterOf(kind, id, faults);
    if (found.length === most) {
      report('', `There are more than ${most} ${kind}; the rest is left out.`);
      break;
    }
    if (!isElementId(id))
      report('', 'The id is empty, too long, or has characters without a shape.');
    else if (!(element instanceof Y.Map))
      report('', 'This is not a map of fields, so it is left out.');
    else {
      const own = read(id, element, report);
      if (own !== undefined) found.push(own);
    }
  }
  return found;
}

/** Single elements, for those that look only at what was touched. */
export function readNodeAt(doc: Y.Doc, id: string): GraphNode | undefined {
  return readAt(nodesOf(doc), id, readNode);
}

export function readEdgeAt(doc: Y.Doc, id: string): GraphEdge | undefined {
  return readAt(edgesOf(doc), id, readEdge);
}

/** The title alone, whose cost does not grow with what the node holds. */
export function readTitleAt(doc: Y.Doc, id: string): string | undefined {
  const node = nodesOf(doc).get(id);
  if (!(node instanceof Y.Map)) return undefined;
  return guarded(
    'title',
    () => undefined,
    () => readTitle(node.get('title')),
  );
}

function readAt<T>(
  map: Y.Map<unknown>,
  id: string,
  read: (id: string, element: Y.Map<unknown>, report: Report) => T | undefined,
): T | undefined {
  const element = isElementId(id) ? map.get(id) : undefined;
  return element instanceof Y.Map ? read(id, element, () => undefined) : undefined;
}

function readNode(id: string, node: Y.Map<unknown>, report: Report): GraphNode | undefined {
  const type = readName(node.get('type'));
  if (type === undefined) return report('type', 'The type is not a word, so it is left out.');
  const content = guarded('content', report, () => readContent(node.get('content')));
  return {
    id,
    type,
    title: guarded('title', report, () => readTitle(node.get('title'))) ?? '',
    position: readPosition(node.get('position'), report),
    data: guarded('data', report, () => readData(node.get('data'))) ?? {},
    ...(content !== undefined && { content }),
  };
}

function readEdge(id: string, edge: Y.Map<unknown>, report: Report): GraphEdge | undefined {
  const type = readName(edge.get('type'));
  const [source, target] = [edge.get('source'), edge.get('target')];
  if (type === undefined) return report('type', 'The type is not a word, so it is left out.');
  if (!isElementId(source)) return report('source', 'This is not the id of a node.');
  if (!isElementId(target)) return report('target', 'This is not the id of a node.');
  return { id, type, source, target };
}

const idShape = new RegExp(elementIdPattern, 'u');

export function isElementId(value: unknown): value is string {
  return typeof value === 'string' && idShape.test(value);
}

function readName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 50
    ? cleanText(value)
    : undefined;
}

export function readTitle(value: unknown): string {
  if (value === undefined || value === null) return '';
  const left = limits.titleLength;
  const title = value instanceof Y.Text ? textOf(value, { left }) : value;
  if (typeof title !== 'string') throw new OutOfBounds('is not text');
  if (title.length > left) throw new OutOfBounds(`is longer than ${left} characters`);
  return cleanText(title);
}

function readPosition(value: unknown, report: Report): Position {
  if (value === undefined || value === null) return { x: 0, y: 0 };
  const [x, y] =
    value instanceof Y.Map
      ? [value.get('x'), value.get('y')]
      : [ownField(value, 'x'), ownField(value, 'y')];
  if (Number.isFinite(x) && Number.isFinite(y)) return { x: Number(x), y: Number(y) };
  report('position', 'The position is not two numbers, x and y; it is taken for 0, 0.');
  return { x: 0, y: 0 };
}

function ownField(value: unknown, field: string): unknown {
  const object: object = Object(value);
  return Object.hasOwn(object, field) ? Reflect.get(object, field) : undefined;
}

export function readData(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  const data = readJson(value, { left: limits.dataCharacters, depth: limits.dataDepth });
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new OutOfBounds('is not an object');
  }
  return Object.fromEntries(Object.entries(data));
}

function readContent(value: unknown): RichText | undefined {
  if (value === undefined || value === null) return undefined;
  if (!(value instanceof Y.XmlFragment)) throw new OutOfBounds('is not rich text');
  return readRichText(value, { left: limits.contentCharacters, depth: limits.contentDepth });
}

function guarded<T>(field: string, report: Report, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OutOfBounds)) throw error;
    report(field, `The ${field} ${error.message}, so it is left out.`);
    return undefined;
  }
}

/** Nobody reads more; whoever writes so many is no author. */
const mostFaults = 1_000;

function reporterOf(kind: Kind, id: string, faults: Fault[]): Report {
  // What may be anything is named only as far as a person can read it.
  const name = cleanText(id.slice(0, 60));
  return (field, message) => {
    if (faults.length >= mostFaults) return undefined;
    const path = field === '' ? `${kind}.${name}` : `${kind}.${name}.${field}`;
    const subject = kind === 'nodes' ? { nodeId: name } : { edgeId: name };
    faults.push({ code: 'invalid_value', ...subject, path, message });
    return undefined;
  };
}
