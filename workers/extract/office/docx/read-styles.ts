import type { Package } from '../open-package.ts';
import { child, descend, find, type Element } from '../xml-tree.ts';

export type Style = {
  readonly name: string;
  /** 1 to 9 for headings. */
  readonly level: number | undefined;
  readonly numbering: { readonly id: string; readonly level: number } | undefined;
};

export type Styles = {
  readonly find: (id: string | undefined) => Style | undefined;
  readonly language: string | undefined;
};

const longestChain = 20;

/** What the styles of a document say of headings and numbers, with what they take from each other. */
export async function readStyles(file: Package, part: string | undefined): Promise<Styles> {
  const root = part === undefined ? undefined : (await file.tree(part))?.root.children[0];
  const byId = new Map<string, Element>();
  for (const element of root?.children ?? []) {
    const id = element.attributes.get('w:styleId');
    const type = element.attributes.get('w:type') ?? 'paragraph';
    if (element.name === 'w:style' && id !== undefined && type === 'paragraph') {
      byId.set(id, element);
    }
  }
  const known = new Map<string, Style>();
  return {
    find: (id) => {
      if (id === undefined) return undefined;
      const found = known.get(id) ?? resolveStyle(byId, id);
      if (found !== undefined) known.set(id, found);
      return found;
    },
    language: find(descend(root, 'w:docDefaults', 'w:rPrDefault'), 'w:lang')?.attributes.get(
      'w:val',
    ),
  };
}

function resolveStyle(byId: ReadonlyMap<string, Element>, id: string): Style | undefined {
  const first = byId.get(id);
  let at = first;
  let level: number | undefined;
  let numId: string | undefined;
  let numLevel: number | undefined;
  for (let step = 0; at !== undefined && step < longestChain; step++) {
    const properties = child(at, 'w:pPr');
    level ??= headingLevel(nameOf(at), valueOf(child(properties, 'w:outlineLvl')));
    const numbers = child(properties, 'w:numPr');
    numId ??= valueOf(child(numbers, 'w:numId'));
    numLevel ??= numberOf(valueOf(child(numbers, 'w:ilvl')));
    at = byId.get(valueOf(child(at, 'w:basedOn')) ?? '');
  }
  if (first === undefined) return undefined;
  return {
    name: nameOf(first),
    level: level === 0 ? undefined : level,
    numbering: numId === undefined ? undefined : { id: numId, level: numLevel ?? 0 },
  };
}

/** By the name, which Word keeps in English, or by the level in the outline; 0 for plain text. */
export function headingLevel(name: string, outline: string | undefined): number | undefined {
  const named = /^heading\s*([1-9])$/i.exec(name)?.[1];
  if (named !== undefined) return Number(named);
  const level = numberOf(outline);
  if (level === undefined) return undefined;
  return level >= 0 && level <= 8 ? level + 1 : 0;
}

function nameOf(style: Element): string {
  return valueOf(child(style, 'w:name')) ?? '';
}

function valueOf(element: Element | undefined): string | undefined {
  return element?.attributes.get('w:val');
}

function numberOf(value: string | undefined): number | undefined {
  return value === undefined || !/^\d+$/.test(value) ? undefined : Number(value);
}
