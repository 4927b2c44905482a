import * as Y from 'yjs';
import { edgesOf, isElementId, nodesOf, readEdgeAt } from './read-graph.ts';
import { checkFields, type FieldFault } from './check-fields.ts';
import type { GraphEdge, GraphNode, Position } from './graph.ts';
import { holdValue } from './hold-value.ts';
import type { Op } from './ops.ts';
import { parseRichText } from './parse-rich-text.ts';
import { OutOfBounds } from './read-json.ts';
import type { RichText } from './rich-text.ts';
import { writeRichText } from './write-rich-text.ts';

export type OpFault = { readonly index: number; readonly field: string; readonly message: string };
export type Edited =
  | { readonly outcome: 'done'; readonly applied: readonly string[] }
  | { readonly outcome: 'refused'; readonly faults: readonly OpFault[] };

/** Carries out all of the ops, or none: a document cannot take back, so they are looked at before. */
export function editGraph(doc: Y.Doc, ops: readonly Op[], makeId: () => string): Edited {
  const draft = new Draft(doc);
  const faults: OpFault[] = [];
  const acts: { id: string; act: () => void }[] = [];
  for (const [index, op] of ops.entries()) {
    const planned = plan(doc, draft, op, makeId);
    if ('act' in planned) acts.push(planned);
    else faults.push({ index, ...planned });
  }
  if (faults.length > 0) return { outcome: 'refused', faults };
  doc.transact(() => {
    for (const { act } of acts) act();
  });
  return { outcome: 'done', applied: acts.map(({ id }) => id) };
}

type Planned = { readonly id: string; readonly act: () => void } | FieldFault;

/** What there will be after the ops so far. */
class Draft {
  readonly nodes: Set<string>;
  readonly edges: Map<string, Pick<GraphEdge, 'source' | 'target'> | undefined>;

  constructor(doc: Y.Doc) {
    const isElement = ([id, element]: [string, unknown]) =>
      isElementId(id) && element instanceof Y.Map;
    this.nodes = new Set([...nodesOf(doc)].filter(isElement).map(([id]) => id));
    const edges = [...edgesOf(doc)].filter(isElement);
    this.edges = new Map(edges.map(([id]) => [id, readEdgeAt(doc, id)]));
  }

  edgesAt(node: string): string[] {
    return [...this.edges].flatMap(([id, edge]) =>
      edge?.source === node || edge?.target === node ? [id] : [],
    );
  }
}

function plan(doc: Y.Doc, draft: Draft, op: Op, makeId: () => string): Planned {
  const nodes = nodesOf(doc);
  const edges = edgesOf(doc);
  switch (op.op) {
    case 'node.add': {
      const { id = makeId(), content, ...node } = op.node;
      if (draft.nodes.has(id)) return { field: 'node.id', message: 'is the id of another node' };
      const fault = checkFields(node, 'node');
      if (fault !== undefined) return fault;
      const rich = readContent(content, 'node.content');
      if ('message' in rich) return rich;
      draft.nodes.add(id);
      return { id, act: () => addNode(nodes, { id, data: {}, ...node }, rich.content) };
    }
    case 'node.update': {
      if (!draft.nodes.has(op.id)) return missing('node');
      const { content, ...changes } = op.changes;
      const fault = checkFields(changes, 'changes');
      if (fault !== undefined) return fault;
      const rich = readContent(content, 'changes.content');
      if ('message' in rich) return rich;
      return {
        id: op.id,
        act: () => {
          const node = elementAt(nodes, op.id);
          for (const [field, value] of Object.entries(changes)) setField(node, field, value);
          if (content !== undefined) writeContent(node, rich.content);
        },
      };
    }
    case 'node.move': {
      if (!draft.nodes.has(op.id)) return missing('node');
      return { id: op.id, act: () => setField(elementAt(nodes, op.id), 'position', op.position) };
    }
    case 'node.remove': {
      if (!draft.nodes.delete(op.id)) return missing('node');
      // A connection without an end would be a fault that its author cannot see.
      const cut = draft.edgesAt(op.id);
      for (const edge of cut) draft.edges.delete(edge);
      return {
        id: op.id,
        act: () => {
          for (const edge of cut) edges.delete(edge);
          nodes.delete(op.id);
        },
      };
    }
    case 'edge.add': {
      const { id = makeId(), type, source, target } = op.edge;
      if (draft.edges.has(id)) return { field: 'edge.id', message: 'is the id of another edge' };
      const lost = findLostEnd(draft, { source, target }, 'edge');
      if (lost !== undefined) return lost;
      draft.edges.set(id, { source, target });
      return { id, act: () => edges.set(id, mapOf({ type, source, target })) };
    }
    case 'edge.update': {
      const { id, changes } = op;
      if (!draft.edges.has(id)) return missing('edge');
      const lost = findLostEnd(draft, changes, 'changes');
      if (lost !== undefined) return lost;
      const known = draft.edges.get(id);
      const { source = known?.source, target = known?.target } = changes;
      draft.edges.set(
        id,
        source === undefined || target === undefined ? undefined : { source, target },
      );
      return {
        id,
        act: () => {
          const edge = elementAt(edges, id);
          for (const [field, value] of Object.entries(changes)) setField(edge, field, value);
        },
      };
    }
    case 'edge.remove': {
      if (!draft.edges.delete(op.id)) return missing('edge');
      return { id: op.id, act: () => edges.delete(op.id) };
    }
  }
}

function missing(what: string): Planned {
  return { field: 'id', message: `is not the id of a ${what} of this course` };
}

function findLostEnd(
  draft: Draft,
  ends: { readonly source?: string; readonly target?: string },
  path: string,
): Planned | undefined {
  for (const end of ['source', 'target'] as const) {
    const id = ends[end];
    if (id !== undefined && !draft.nodes.has(id)) {
      return { field: `${path}.${end}`, message: 'is not the id of a node of this course' };
    }
  }
  return undefined;
}

function readContent(
  value: unknown,
  field: string,
): { readonly content: RichText | undefined } | FieldFault {
  try {
    return { content: parseRichText(value) };
  } catch (error) {
    if (!(error instanceof OutOfBounds)) throw error;
    return { field, message: error.message };
  }
}

type NewNode = Omit<GraphNode, 'position' | 'content'> & { readonly position?: Position };

/** An editor binds to `content`: it is there from the beginning, so that two do not both make one. */
export function addNode(
  nodes: Y.Map<unknown>,
  { id, position = { x: 0, y: 0 }, ...fields }: NewNode,
  content: RichText | undefined,
): void {
  const { type, title, data } = fields;
  const node = mapOf({ type, title, position, data });
  node.set('content', new Y.XmlFragment());
  nodes.set(id, node);
  if (content !== undefined) writeContent(node, content);
}

export function mapOf(fields: Readonly<Record<string, unknown>>): Y.Map<unknown> {
  return new Y.Map(Object.entries(fields).map(([field, value]) => [field, holdValue(value)]));
}

/** Text that somebody is writing in stays that text. */
export function setField(element: Y.Map<unknown>, field: string, value: unknown): void {
  const current = element.get(field);
  if (current instanceof Y.Text && typeof value === 'string') {
    current.delete(0, current.length);
    current.insert(0, value);
  } else element.set(field, holdValue(value));
}

export function writeContent(node: Y.Map<unknown>, content: RichText | undefined): void {
  const current = node.get('content');
  if (current instanceof Y.XmlFragment && !(current instanceof Y.XmlElement)) {
    writeRichText(current, content);
    return;
  }
  const fragment = new Y.XmlFragment();
  node.set('content', fragment);
  writeRichText(fragment, content);
}

export function elementAt(elements: Y.Map<unknown>, id: string): Y.Map<unknown> {
  const element = isElementId(id) ? elements.get(id) : undefined;
  if (element instanceof Y.Map) return element;
  throw new Error(`the document has no element ${id}`);
}
