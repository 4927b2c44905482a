import type { Package } from '../open-package.ts';
import { child, find, findAll, type Element } from '../xml-tree.ts';
import { relatedPart, type Bases } from '../pptx/layouts.ts';

/** The colour that an element is filled with, as CSS writes it. */
export type Colors = (fill: Element | undefined) => string | undefined;

const usualMap: Record<string, string> = { bg1: 'lt1', tx1: 'dk1', bg2: 'lt2', tx2: 'dk2' };
const usualTheme: Record<string, string> = { lt1: '#ffffff', dk1: '#000000' };

/** Colours by name come from the theme, through the map of the master. */
export async function readColors(file: Package, { master }: Bases): Promise<Colors> {
  const part = master && (await relatedPart(file, master.part, 'theme'));
  const theme = part === undefined ? undefined : (await file.tree(part))?.root;
  const named = new Map<string, string>();
  for (const color of find(theme, 'a:clrScheme')?.children ?? []) {
    const value = plainColor(color);
    if (value !== undefined) named.set(color.name.replace('a:', ''), value);
  }
  const map = child(master?.root, 'p:clrMap')?.attributes;
  const byName = (name: string) => {
    const mapped = map?.get(name) ?? usualMap[name] ?? name;
    return named.get(mapped) ?? usualTheme[mapped];
  };
  return (fill) => {
    if (fill === undefined) return undefined;
    const scheme = findAll(fill, 'a:schemeClr')[0];
    const plain = plainColor(fill);
    if (plain !== undefined || scheme === undefined) return plain;
    const color = byName(scheme.attributes.get('val') ?? '');
    return color && shade(color, scheme);
  };
}

function plainColor(element: Element): string | undefined {
  const hex = find(element, 'a:srgbClr')?.attributes.get('val');
  const system = find(element, 'a:sysClr')?.attributes.get('lastClr');
  const found = hex ?? system;
  return found !== undefined && /^[\da-f]{6}$/i.test(found) ? `#${found}` : undefined;
}

/** Darker or lighter, as a share of the whole and a shift. */
function shade(color: string, scheme: Element): string {
  const share = (name: string, usual: number) =>
    Number(child(scheme, name)?.attributes.get('val') ?? usual) / 100_000;
  const times = share('a:lumMod', 100_000);
  const plus = share('a:lumOff', 0);
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const shaded = parts.map((it) => Math.round(Math.min(1, Math.max(0, it * times + plus)) * 255));
  return `#${shaded.map((it) => it.toString(16).padStart(2, '0')).join('')}`;
}
