import * as Y from 'yjs';
import type { ElementKind, FieldChanges, HistoryAction } from '../postgres/graph-tables.ts';
import { cleanText } from './read-json.ts';
import { edgesOf, isElementId, nodesOf, readEdgeAt, readTitleAt } from './read-graph.ts';
import type { Touch } from './track-changes.ts';

export type StoredUpdate = {
  readonly version: number;
  readonly data: Uint8Array;
  readonly userId: string | null;
  readonly at: Date;
};

export type HistoryDraft = {
  readonly userId: string | null;
  readonly kind: ElementKind;
  readonly id: string;
  title: string;
  action: HistoryAction;
  readonly changes: FieldChanges;
  readonly fromVersion: number;
  toVersion: number;
  readonly startedAt: Date;
  endedAt: Date;
};

/** The fields that elements have; what else a client wrote is nobody's history. */
const fields = new Set(['', 'type', 'title', 'position', 'data', 'content', 'source', 'target']);

/** Remembers, update by update, who touched what. */
export class ChangeBook {
  readonly touched = { node: new Set<string>(), edge: new Set<string>() };
  readonly #doc: Y.Doc;
  readonly #versions = new Map<string, { element: string; field: string; version: number }>();
  readonly #history: HistoryDraft[] = [];
  readonly #latest = new Map<string, HistoryDraft>();
  /** Whoever reads of a removal wants to know what it was that was removed. */
  readonly #titles = new Map<string, string>();

  constructor(doc: Y.Doc) {
    this.#doc = doc;
    for (const kind of ['node', 'edge'] as const) {
      for (const id of this.#elements(kind).keys()) this.#follow(kind, id);
    }
  }

  record(touch: Touch, { version, userId, at }: StoredUpdate): void {
    const { kind, id, field } = touch;
    // What no row can be named after is only a fault.
    if (!isElementId(id) || !fields.has(field)) return;
    this.touched[kind].add(id);
    const element = elementKey(kind, id);
    this.#versions.set(JSON.stringify([element, field]), { element, field, version });
    const last = this.#latest.get(element);
    const goesOn =
      last !== undefined &&
      last.userId === userId &&
      last.action !== 'removed' &&
      touch.action === 'changed' &&
      at.getTime() - last.endedAt.getTime() < groupMs;
    const draft = goesOn ? last : this.#begin(element, touch, { version, userId, at });
    draft.toVersion = version;
    draft.endedAt = at;
    draft.title = this.#follow(kind, id);
    if (field !== '') this.#note(draft, touch);
  }

  #begin(
    element: string,
    { kind, id, action, field }: Touch,
    { version, userId, at }: Omit<StoredUpdate, 'data'>,
  ): HistoryDraft {
    const draft: HistoryDraft = {
      userId,
      kind,
      id,
      title: '',
      // Somebody set a node in the place of another: to the reader that is a change.
      action: field === '' ? action : 'changed',
      changes: {},
      fromVersion: version,
      toVersion: version,
      startedAt: at,
      endedAt: at,
    };
    this.#history.push(draft);
    this.#latest.set(element, draft);
    return draft;
  }

  #note(draft: HistoryDraft, { kind, id, field, before }: Touch): void {
    // What is new has no before.
    if (draft.action === 'added') return;
    const value = this.#elements(kind).get(id);
    const after = shortText(value instanceof Y.Map ? value.get(field) : undefined);
    const known = draft.changes[field];
    const first = known === undefined ? shortText(before) : known.before;
    draft.changes[field] = {
      ...(first !== undefined && { before: first }),
      ...(after !== undefined && { after }),
    };
  }

  #follow(kind: ElementKind, id: string): string {
    const element = elementKey(kind, id);
    const title = this.#titleOf(kind, id) ?? this.#titles.get(element) ?? '';
    this.#titles.set(element, title);
    return title;
  }

  #titleOf(kind: ElementKind, id: string): string | undefined {
    if (kind === 'node') return readTitleAt(this.#doc, id);
    const edge = readEdgeAt(this.#doc, id);
    if (edge === undefined) return undefined;
    const [source, target] = [edge.source, edge.target].map(
      (end) => readTitleAt(this.#doc, end) ?? end,
    );
    return `${source} → ${target}`;
  }

  #elements(kind: ElementKind): Y.Map<unknown> {
    return kind === 'node' ? nodesOf(this.#doc) : edgesOf(this.#doc);
  }

  listFieldVersions() {
    return [...this.#versions.values()];
  }

  listHistory(): HistoryDraft[] {
    return this.#history;
  }
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 200 ? cleanText(value) : undefined;
}

/** Changes of one person to one element that follow within this time are one entry. */
export const groupMs = 5 * 60_000;

export function elementKey(kind: ElementKind, id: string): string {
  return `${kind}:${id}`;
}
