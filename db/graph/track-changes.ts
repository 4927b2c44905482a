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

/**
 * Tells what each transaction touches. Yjs keeps for each type that changed an event with every type
 * above it, which of a document of thousands of levels fills the memory: below what anybody reads a
 * change is told as one of its field, and Yjs is not let at it.
 */
export function trackChanges(doc: Y.Doc, onTouch: (touch: Touch) => void): void {
  const roots = new Map<unknown, ElementKind>([
    [nodesOf(doc), 'node'],
    [edgesOf(doc), 'edge'],
  ]);
  const deep = new Map<unknown, Place[]>();
  doc.on('beforeObserverCalls', ({ changed }) => {
    deep.clear();
    const known = new Map<unknown, Place>();
    for (const type of changed.keys()) {
      const place = placeOf(type, known);
      if (place.depth <= mostDepth) continue;
      changed.delete(type);
      const others = deep.get(place.root);
      if (others === undefined) deep.set(place.root, [place]);
      else others.push(place);
    }
  });
  doc.on('afterTransaction', ({ changedParentTypes }) => {
    const known = new Map<unknown, Place>();
    const eventsOf: ReadonlyMap<unknown, readonly AnyEvent[]> = changedParentTypes;
    for (const [root, kind] of roots) {
      const seen = new Set<string>();
      const tell = (touch: Omit<Touch, 'kind'>) => {
        const key = JSON.stringify([touch.id, touch.field]);
        if (!seen.has(key)) onTouch({ kind, ...touch });
        seen.add(key);
      };
      for (const event of eventsOf.get(root) ?? []) {
        // What went with what held it is told as that.
        if (event.target._item?.deleted === true) continue;
        for (const touch of touchesOf(event, placeOf(event.target, known))) tell(touch);
      }
      for (const { id = '', field = '' } of deep.get(root) ?? []) {
        tell({ id, field, action: 'changed' });
      }
    }
  });
}

/** Of an element's content 60 levels are read. */
const mostDepth = 100;

type AnyEvent = Pick<Y.YEvent<Y.AbstractType<unknown>>, 'target' | 'changes'>;

const actions = { add: 'added', update: 'changed', delete: 'removed' } as const;

function* touchesOf({ changes }: AnyEvent, { id, field }: Place): Generator<Omit<Touch, 'kind'>> {
  if (id !== undefined && field !== undefined) {
    yield { id, field, action: 'changed' };
    return;
  }
  for (const [key, { action, oldValue }] of changes.keys) {
    if (id === undefined) yield { id: key, field: '', action: actions[action] };
    else {
      const before: unknown = oldValue;
      yield { id, field: key, action: 'changed', ...(isShort(before) && { before }) };
    }
  }
}

function isShort(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 200;
}

/** Where in a document something stands: below which root, and there in which field of which element. */
type Place = {
  readonly root: unknown;
  readonly depth: number;
  readonly id?: string;
  readonly field?: string;
};

function placeOf(type: unknown, known: Map<unknown, Place>): Place {
  const way: { readonly type: unknown; readonly key: string }[] = [];
  let at = type;
  let place = known.get(at);
  while (place === undefined) {
    const item: Y.Item | null = at instanceof Y.AbstractType ? at._item : null;
    if (item === null) {
      place = { root: at, depth: 0 };
      break;
    }
    way.push({ type: at, key: item.parentSub ?? '' });
    at = item.parent;
    place = known.get(at);
  }
  for (const step of way.toReversed()) {
    place = placeIn(place, step.key);
    known.set(step.type, place);
  }
  return place;
}

function placeIn(parent: Place, key: string): Place {
  const depth = parent.depth + 1;
  if (depth === 1) return { ...parent, depth, id: key };
  return depth === 2 ? { ...parent, depth, field: key } : { ...parent, depth };
}
