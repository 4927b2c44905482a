import * as Y from 'yjs';
import type { ElementKind, HistoryAction } from '../postgres/graph-tables.ts';
import { edgesOf, nodesOf } from './read-graph.ts';

/** One field of one element that a transaction touched; the field '' is the element itself. */
export type Touch = {
  readonly kind: ElementKind;
  readonly id: string;
  readonly field: string;
  readonly action: HistoryAction;
  /** What the field held, where that is a short text. */
  readonly before?: unknown;
};

/** Tells what each transaction touches. Walks up from what changed, which is cheaper than paths. */
export function trackChanges(doc: Y.Doc, onTouch: (touch: Touch) => void): void {
  track(nodesOf(doc), 'node', onTouch);
  track(edgesOf(doc), 'edge', onTouch);
}

type AnyEvent = Y.YEvent<Y.AbstractType<unknown>>;

function track(root: Y.Map<unknown>, kind: ElementKind, onTouch: (touch: Touch) => void): void {
  root.observeDeep((events) => {
    const seen = new Set<string>();
    for (const event of events) {
      for (const touch of touchesOf(root, kind, event)) {
        const key = JSON.stringify([touch.id, touch.field]);
        if (seen.has(key)) continue;
        seen.add(key);
        onTouch(touch);
      }
    }
  });
}

const actions = { add: 'added', update: 'changed', delete: 'removed' } as const;

function* touchesOf(
  root: Y.Map<unknown>,
  kind: ElementKind,
  event: Pick<AnyEvent, 'target' | 'changes'>,
): Generator<Touch> {
  const way = wayTo(root, event.target);
  if (way === undefined) return;
  const [id, field] = way;
  if (id !== undefined && field !== undefined) {
    yield { kind, id, field, action: 'changed' };
    return;
  }
  for (const [key, { action, oldValue }] of event.changes.keys) {
    if (id === undefined) yield { kind, id: key, field: '', action: actions[action] };
    else {
      const before: unknown = oldValue;
      yield { kind, id, field: key, action: 'changed', ...(isShort(before) && { before }) };
    }
  }
}

function isShort(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 200;
}

/** The last two keys on the way up to the root: the element and its field; none for the root itself. */
function wayTo(
  root: Y.Map<unknown>,
  target: unknown,
): readonly [id?: string, field?: string] | undefined {
  let [id, field]: [string | undefined, string | undefined] = [undefined, undefined];
  for (let type = target; type !== root;) {
    if (!(type instanceof Y.AbstractType)) return undefined;
    const item: Y.Item | null = type._item;
    if (item === null) return undefined;
    [id, field] = [item.parentSub ?? '', id];
    type = item.parent;
  }
  return id === undefined ? [] : field === undefined ? [id] : [id, field];
}
