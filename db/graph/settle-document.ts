import * as Y from 'yjs';
import { ChangeBook, type HistoryDraft, type StoredUpdate } from './change-book.ts';
import { findFaults } from './find-faults.ts';
import { type Fault, type Graph, type GraphEdge, type GraphNode, limits } from './graph.ts';
import { hasAnswers } from './has-answers.ts';
import { nodeText } from './node-text.ts';
import { edgesOf, nodesOf, readGraph } from './read-graph.ts';
import { trackChanges } from './track-changes.ts';

export type Unsettled = {
  readonly state: Uint8Array;
  readonly stateVersion: number;
  /** Rows and history follow the document up to here. */
  readonly settledVersion: number;
  readonly updates: readonly StoredUpdate[];
  /** Whether rows are to be written anew though they should be there. */
  readonly isWhole?: boolean;
};

export type NodeWithText = GraphNode & { readonly text: string };

/** All that follows from a document: what rows, history and index need to follow it. */
export type Settlement = {
  readonly version: number;
  /** The whole document, compacted. */
  readonly state: Uint8Array;
  /** Whether all rows are written anew, whatever is there. */
  readonly isWhole: boolean;
  readonly nodes: readonly NodeWithText[];
  readonly edges: readonly GraphEdge[];
  readonly removedNodes: readonly string[];
  readonly removedEdges: readonly string[];
  readonly fieldVersions: readonly { element: string; field: string; version: number }[];
  readonly history: readonly HistoryDraft[];
  readonly faults: readonly Fault[];
  readonly hasAnswers: boolean;
  readonly graph: Graph;
};

export function settleDocument(unsettled: Unsettled): Settlement {
  const { state, stateVersion, settledVersion, updates } = unsettled;
  const doc = new Y.Doc();
  const [old, fresh] = splitAt(updates, settledVersion);
  doc.transact(() => {
    Y.applyUpdate(doc, state);
    for (const { data } of old) Y.applyUpdate(doc, data);
  });
  const wasCut = isCut(doc);
  const book = new ChangeBook(doc);
  let current: StoredUpdate | undefined;
  trackChanges(doc, (touch) => {
    if (current !== undefined) book.record(touch, current);
  });
  for (const update of fresh) {
    current = update;
    Y.applyUpdate(doc, update.data);
  }
  const { nodes, edges, faults } = readGraph(doc);
  const isWhole =
    unsettled.isWhole === true || settledVersion < stateVersion || wasCut || isCut(doc);
  const { node: touchedNodes, edge: touchedEdges } = book.touched;
  const changedNodes = isWhole ? nodes : nodes.filter(({ id }) => touchedNodes.has(id));
  const changedEdges = isWhole ? edges : edges.filter(({ id }) => touchedEdges.has(id));
  return {
    version: updates.at(-1)?.version ?? stateVersion,
    state: Y.encodeStateAsUpdate(doc),
    isWhole,
    nodes: changedNodes.map((node) => ({ ...node, text: nodeText(node) })),
    edges: changedEdges,
    removedNodes: listMissing(touchedNodes, changedNodes),
    removedEdges: listMissing(touchedEdges, changedEdges),
    fieldVersions: book.listFieldVersions(),
    history: book.listHistory(),
    faults: [...faults, ...findFaults({ nodes, edges })],
    hasAnswers: hasAnswers(doc),
    graph: { nodes, edges },
  };
}

function splitAt(updates: readonly StoredUpdate[], settledVersion: number) {
  const isFresh = ({ version }: StoredUpdate) => version > settledVersion;
  return [updates.filter((update) => !isFresh(update)), updates.filter(isFresh)] as const;
}

/** Which elements are left out changes then with every element, also with one that nobody touched. */
function isCut(doc: Y.Doc): boolean {
  return nodesOf(doc).size > limits.nodes || edgesOf(doc).size > limits.edges;
}

function listMissing(touched: ReadonlySet<string>, found: readonly { readonly id: string }[]) {
  const ids = new Set(found.map(({ id }) => id));
  return [...touched].filter((id) => !ids.has(id));
}
