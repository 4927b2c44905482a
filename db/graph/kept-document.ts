import * as Y from 'yjs';
import { elementKey } from './change-book.ts';
import type { CatchUp, Check, Conflict, EditResult, EditTask } from './document-tasks.ts';
import { type Edited, editGraph } from './edit-graph.ts';
import { findFaults } from './find-faults.ts';
import type { Graph } from './graph.ts';
import { hasAnswers } from './has-answers.ts';
import type { Op } from './ops.ts';
import { hideAnswers } from './quiz.ts';
import { readEdgeAt, readGraph, readNodeAt } from './read-graph.ts';
import { rewriteGraph } from './rewrite-graph.ts';
import { rewriteReferences } from './rewrite-references.ts';
import { trackChanges } from './track-changes.ts';

const nothing = Uint8Array.of(0, 0);

/** A document that was opened, kept for some time because the next edit or look comes soon. */
export class KeptDocument {
  readonly #doc = new Y.Doc();
  /** By element and field, since the state it was opened from. */
  readonly #changed = new Map<string, Map<string, number>>();
  /** The version that what changes now will have. */
  #writing: number;
  version: number;
  sizeBytes: number;

  constructor({ state, stateVersion }: { state: Uint8Array; stateVersion: number }) {
    Y.applyUpdate(this.#doc, state);
    this.version = stateVersion;
    this.#writing = stateVersion;
    this.sizeBytes = state.length;
    trackChanges(this.#doc, ({ kind, id, field }) => {
      const element = elementKey(kind, id);
      const fields = this.#changed.get(element) ?? new Map<string, number>();
      this.#changed.set(element, fields.set(field, this.#writing));
    });
  }

  catchUp({ updates }: Pick<CatchUp, 'updates'>): void {
    for (const { version, data } of updates) {
      if (version <= this.version) continue;
      this.version = version;
      this.#writing = version;
      this.sizeBytes += data.length;
      Y.applyUpdate(this.#doc, data);
    }
  }

  read({ hideAnswers: hides }: { readonly hideAnswers: boolean }): string {
    const { nodes, edges } = readGraph(this.#doc);
    const shown = hides ? nodes.map(hideAnswers) : nodes;
    return JSON.stringify({ version: this.version, nodes: shown, edges });
  }

  hasAnswers(): boolean {
    return hasAnswers(this.#doc);
  }

  check(): Check {
    const { nodes, edges, faults } = readGraph(this.#doc);
    const graph = { nodes, edges };
    return { graph, faults: [...faults, ...findFaults(graph)] };
  }

  copy(renamed: ReadonlyMap<string, string>): Graph {
    const { nodes, edges } = readGraph(this.#doc);
    return { nodes: nodes.map((node) => rewriteReferences(node, renamed).node), edges };
  }

  edit({ ops, baseVersion, changed = [] }: EditTask, makeId: () => string): EditResult {
    if (baseVersion !== undefined && baseVersion < this.version) {
      for (const { element, field, version } of changed) {
        const fields = this.#changed.get(element) ?? new Map<string, number>();
        if (!fields.has(field)) fields.set(field, version);
        this.#changed.set(element, fields);
      }
      const conflicts = ops.flatMap((op, index) => this.#conflictsOf(op, index, baseVersion));
      if (conflicts.length > 0) return { outcome: 'conflict', conflicts };
    }
    let edited: Edited | undefined;
    const update = this.#capture(() => (edited = editGraph(this.#doc, ops, makeId)));
    if (edited === undefined) throw new Error('nothing was edited');
    if (edited.outcome === 'refused') return edited;
    return { ...edited, update: update ?? nothing };
  }

  rewrite(graph: Graph): Uint8Array | undefined {
    return this.#capture(() => rewriteGraph(this.#doc, graph));
  }

  /** The update that an act makes. */
  #capture(act: () => void): Uint8Array | undefined {
    let update: Uint8Array | undefined;
    const listen = (bytes: Uint8Array) => (update = Uint8Array.from(bytes));
    // The course is held: nobody else can write this version.
    this.#writing = this.version + 1;
    this.#doc.on('update', listen);
    act();
    this.#doc.off('update', listen);
    return update;
  }

  #conflictsOf(op: Op, index: number, baseVersion: number): Conflict[] {
    const subject = subjectOf(op);
    if (subject === undefined) return [];
    const { kind, id, fields } = subject;
    const known = this.#changed.get(elementKey(kind, id));
    if (known === undefined) return [];
    const element = kind === 'node' ? readNodeAt(this.#doc, id) : readEdgeAt(this.#doc, id);
    return [...known].flatMap(([field, version]) => {
      const touches = field === '' || fields === 'all' || fields.includes(field);
      if (version <= baseVersion || !touches) return [];
      const current: unknown =
        element === undefined ? null : field === '' ? element : Reflect.get(element, field);
      return [{ index, id, field, version, current: current ?? null }];
    });
  }
}

type Subject = {
  readonly kind: 'node' | 'edge';
  readonly id: string;
  readonly fields: 'all' | readonly string[];
};

/** What of the document an op is about; a removal is about all of its element. */
function subjectOf(op: Op): Subject | undefined {
  switch (op.op) {
    case 'node.add':
      return op.node.id === undefined ? undefined : { kind: 'node', id: op.node.id, fields: 'all' };
    case 'edge.add':
      return op.edge.id === undefined ? undefined : { kind: 'edge', id: op.edge.id, fields: 'all' };
    case 'node.update':
      return { kind: 'node', id: op.id, fields: Object.keys(op.changes) };
    case 'edge.update':
      return { kind: 'edge', id: op.id, fields: Object.keys(op.changes) };
    case 'node.move':
      return { kind: 'node', id: op.id, fields: ['position'] };
    case 'node.remove':
      return { kind: 'node', id: op.id, fields: 'all' };
    case 'edge.remove':
      return { kind: 'edge', id: op.id, fields: 'all' };
  }
}
