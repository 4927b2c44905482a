import type { Package } from '../open-package.ts';
import { find, findAll, type Element } from '../xml-tree.ts';

export type Deck = {
  /** Names of parts, in the order in which they are shown. */
  readonly slides: readonly string[];
  /** Width and height in the units of the file. */
  readonly size: readonly [number, number];
  readonly root: Element | undefined;
};

const usualSize = [9_144_000, 6_858_000] as const;

export async function listSlides(file: Package, main: string): Promise<Deck> {
  const tree = await file.tree(main);
  const relations = await file.relations(main);
  const has = new Set(file.zip.names.map((name) => name.toLowerCase()));
  const listed = findAll(tree?.root, 'p:sldId').flatMap(
    ({ attributes }) => relations.get(attributes.get('r:id') ?? '')?.target ?? [],
  );
  const there = [...new Set(listed)].filter((name) => has.has(name.toLowerCase()));
  return {
    // A broken file may still have its slides, and then their names tell the order.
    slides: there.length > 0 ? there : namedSlides(file.zip.names),
    size: sizeOf(find(tree?.root, 'p:sldSz')),
    root: tree?.root,
  };
}

function namedSlides(names: readonly string[]): string[] {
  const numberOf = (name: string) => Number(/(\d+)\.xml$/i.exec(name)?.[1] ?? 0);
  return names
    .filter((name) => /(^|\/)slides\/slide\d*\.xml$/i.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b));
}

function sizeOf(element: Element | undefined): readonly [number, number] {
  const width = Number(element?.attributes.get('cx'));
  const height = Number(element?.attributes.get('cy'));
  return width > 0 && height > 0 ? [width, height] : usualSize;
}
