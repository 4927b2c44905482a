import { limits } from '@lectern/db/graph/graph';
import type { ImportItem } from '@lectern/db/jobs/import-report';
import { type Fields, isFields, pick, showName } from './fields.ts';

type Kind = 'node' | 'edge';
export type Element = { readonly id: string };
export type Taken<T extends Element> =
  | { readonly element: T; readonly title: string; readonly changes: readonly string[] }
  | { readonly leftOut: string };

const most = { node: limits.nodes, edge: limits.edges } as const;

/** Takes what can be an element of each of these, and notes what became of every one. */
export function takeElements<T extends Element>(
  kind: Kind,
  values: readonly unknown[],
  {
    items,
    take,
  }: {
    readonly items: ImportItem[];
    readonly take: (fields: Fields, index: number) => Taken<T>;
  },
): T[] {
  const elements: T[] = [];
  const leaveOut = (value: unknown, reason: string) => {
    const fields = isFields(value) ? value : {};
    const title = showName(pick(fields, 'title', 'label', 'name'));
    items.push({ kind, id: showName(fields['id']), title, result: 'left_out', reason });
  };
  for (const [index, value] of values.slice(0, most[kind]).entries()) {
    if (!isFields(value)) {
      leaveOut(value, `Entry ${index + 1} of the ${kind}s is not an object.`);
      continue;
    }
    const taken = take(value, index);
    if ('leftOut' in taken) {
      leaveOut(value, taken.leftOut);
      continue;
    }
    const { element, title, changes } = taken;
    elements.push(element);
    const changed = changes.length > 0;
    const result = changed ? 'changed' : 'imported';
    items.push({
      kind,
      id: element.id,
      title: showName(title),
      result,
      ...(changed && { changes: [...changes] }),
    });
  }
  const beyond = values.length - most[kind];
  if (beyond > 0) {
    const reason = `A course has at most ${most[kind]} ${kind}s; the last ${beyond} are not taken.`;
    items.push({ kind, id: '', title: '', result: 'left_out', reason });
  }
  return elements;
}
