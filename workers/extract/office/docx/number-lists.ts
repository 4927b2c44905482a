import type { Package } from '../open-package.ts';
import { child, type Element } from '../xml-tree.ts';
import { formatNumber } from './format-number.ts';

/** The number or mark that a paragraph of a list begins with; called once for each, in order. */
export type Labeller = (id: string, level: number) => string;

type Level = {
  start: number;
  format: string;
  text: string;
  restartsAfter: number | undefined;
  /** Shows the numbers above it as plain ones, as laws do. */
  isLegal: boolean;
};
type List = { abstract: string; levels: Map<number, Level>; startsAnew: Map<number, number> };

export async function numberLists(file: Package, part: string | undefined): Promise<Labeller> {
  const root = part === undefined ? undefined : (await file.tree(part))?.root.children[0];
  const lists = readLists(root);
  const counters = new Map<string, (number | undefined)[]>();
  const begun = new Set<string>();
  return (id, level) => {
    const list = lists.get(id);
    const own = list?.levels.get(level);
    if (list === undefined || own === undefined || level > 8) return '';
    const counts = counters.get(list.abstract) ?? [];
    counters.set(list.abstract, counts);
    const anew = list.startsAnew.get(level);
    if (anew !== undefined && !begun.has(`${id}/${level}`)) counts[level] = anew - 1;
    begun.add(`${id}/${level}`);
    // A level that was skipped counts as begun.
    for (let above = 0; above < level; above++)
      counts[above] ??= list.levels.get(above)?.start ?? 1;
    counts[level] = (counts[level] ?? own.start - 1) + 1;
    for (let deeper = level + 1; deeper <= 8; deeper++) {
      const restart = list.levels.get(deeper)?.restartsAfter ?? deeper;
      if (restart !== 0 && level < restart) counts[deeper] = undefined;
    }
    return labelOf(list, level, counts);
  };
}

function labelOf(list: List, level: number, counts: readonly (number | undefined)[]): string {
  const own = list.levels.get(level);
  if (own === undefined) return '';
  // Signs of symbol fonts mean nothing without the font.
  if (own.format === 'bullet') return '•';
  return own.text.replace(/%([1-9])/g, (_, digit: string) => {
    const at = Number(digit) - 1;
    const shown = list.levels.get(at);
    return formatNumber(
      counts[at] ?? shown?.start ?? 1,
      own.isLegal && at < level ? 'decimal' : (shown?.format ?? 'decimal'),
    );
  });
}

function readLists(root: Element | undefined): Map<string, List> {
  const abstracts = new Map<string, Element>();
  const byStyle = new Map<string, Element>();
  for (const element of root?.children ?? []) {
    if (element.name !== 'w:abstractNum') continue;
    abstracts.set(element.attributes.get('w:abstractNumId') ?? '', element);
    const style = valueOf(element, 'w:styleLink');
    if (style !== undefined) byStyle.set(style, element);
  }
  const lists = new Map<string, List>();
  for (const element of root?.children ?? []) {
    const id = element.attributes.get('w:numId');
    if (element.name !== 'w:num' || id === undefined) continue;
    const abstract = valueOf(element, 'w:abstractNumId') ?? '';
    const named = abstracts.get(abstract);
    const source = byStyle.get(valueOf(named, 'w:numStyleLink') ?? '') ?? named;
    lists.set(id, readList(element, abstract, source));
  }
  return lists;
}

function readList(num: Element, abstract: string, source: Element | undefined): List {
  const levels = readLevels(source);
  const startsAnew = new Map<number, number>();
  for (const override of num.children.filter(({ name }) => name === 'w:lvlOverride')) {
    for (const [level, own] of readLevels(override)) levels.set(level, own);
    const start = valueOf(override, 'w:startOverride');
    const level = Number(override.attributes.get('w:ilvl') ?? 0);
    if (start !== undefined) startsAnew.set(level, Number(start) || 0);
  }
  return { abstract, levels, startsAnew };
}

function readLevels(element: Element | undefined): Map<number, Level> {
  const levels = new Map<number, Level>();
  for (const level of element?.children ?? []) {
    if (level.name !== 'w:lvl') continue;
    const restart = valueOf(level, 'w:lvlRestart');
    levels.set(Number(level.attributes.get('w:ilvl') ?? 0), {
      start: Number(valueOf(level, 'w:start') ?? 0) || 0,
      format: valueOf(level, 'w:numFmt') ?? 'decimal',
      text: (valueOf(level, 'w:lvlText') ?? '').slice(0, 200),
      isLegal: isOn(child(level, 'w:isLgl')),
      restartsAfter: restart === undefined ? undefined : Number(restart),
    });
  }
  return levels;
}

function valueOf(element: Element | undefined, name: string): string | undefined {
  return child(element, name)?.attributes.get('w:val');
}

function isOn(element: Element | undefined): boolean {
  return element !== undefined && !['0', 'false'].includes(element.attributes.get('w:val') ?? '1');
}
