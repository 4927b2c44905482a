import { child, findAll, type Element } from '../xml-tree.ts';
import { linesOf } from './paragraph-text.ts';

const mostDepth = 200;

/** What a diagram says: each point before those under it, a line each. */
export function diagramText(data: Element): string {
  const points = new Map<string, string>();
  for (const point of findAll(data, 'dgm:pt')) {
    // What only shows another point says the same once more.
    if (point.attributes.get('type') === 'pres') continue;
    points.set(point.attributes.get('modelId') ?? '', linesOf(child(point, 'dgm:t')));
  }
  const under = childrenOf(data);
  const lines: string[] = [];
  const visit = (id: string, depth: number) => {
    const text = points.get(id);
    if (text === undefined || depth > mostDepth) return;
    points.delete(id);
    if (text !== '') lines.push(text);
    for (const inner of under.get(id) ?? []) visit(inner, depth + 1);
  };
  const inner = new Set([...under.values()].flat());
  for (const id of [...points.keys()].filter((it) => !inner.has(it))) visit(id, 0);
  for (const id of points.keys()) visit(id, 0);
  return lines.join('\n');
}

function childrenOf(data: Element): Map<string, string[]> {
  const connections = findAll(data, 'dgm:cxn')
    .filter(({ attributes }) => (attributes.get('type') ?? 'parOf') === 'parOf')
    .map(({ attributes }) => ({
      from: attributes.get('srcId') ?? '',
      to: attributes.get('destId') ?? '',
      order: Number(attributes.get('srcOrd') ?? 0),
    }))
    .sort((a, b) => a.order - b.order);
  const under = new Map<string, string[]>();
  for (const { from, to } of connections) {
    const list = under.get(from) ?? [];
    under.set(from, list);
    list.push(to);
  }
  return under;
}
