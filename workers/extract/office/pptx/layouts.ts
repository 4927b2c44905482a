import type { Package } from '../open-package.ts';
import { child, descend, withoutAlternatives, type Element } from '../xml-tree.ts';
import { readShapes, type Box, type Placeholder, type Shape } from './read-shapes.ts';

/** A layout or a master: what stands on every slide that uses it. */
export type Base = {
  readonly part: string;
  readonly root: Element;
  readonly shapes: readonly Shape[];
  readonly showsMaster: boolean;
};

export type Bases = { readonly layout: Base | undefined; readonly master: Base | undefined };

/** Finds a slide's layout and master; each is read once for all slides. */
export function layoutReader(file: Package): (slide: string) => Promise<Bases> {
  const known = new Map<string, Base | undefined>();
  const read = async (part: string | undefined): Promise<Base | undefined> => {
    if (part === undefined) return undefined;
    if (!known.has(part)) known.set(part, await readBase(file, part));
    return known.get(part);
  };
  return async (slide) => {
    const layout = await read(await relatedPart(file, slide, 'slideLayout'));
    const master = layout && (await read(await relatedPart(file, layout.part, 'slideMaster')));
    return { layout, master };
  };
}

export async function relatedPart(
  file: Package,
  part: string,
  type: string,
): Promise<string | undefined> {
  return [...(await file.relations(part)).values()].find((it) => it.type === type)?.target;
}

async function readBase(file: Package, part: string): Promise<Base | undefined> {
  const root = (await file.tree(part))?.root.children[0];
  if (root === undefined) return undefined;
  return {
    part,
    root,
    shapes: readShapes(shapeTree(root)),
    showsMaster: !['0', 'false'].includes(root.attributes.get('showMasterSp') ?? '1'),
  };
}

export function shapeTree(root: Element): Element | undefined {
  const tree = descend(child(root, 'p:cSld'), 'p:spTree');
  return tree && withoutAlternatives(tree);
}

/** A placeholder without a place of its own stands where its layout, or its master, has it. */
export function inheritPlaces(shapes: readonly Shape[], { layout, master }: Bases): Shape[] {
  return shapes.map((shape) => {
    if (shape.box !== undefined || shape.placeholder === undefined) return shape;
    const box =
      placeIn(layout, shape.placeholder) ?? placeIn(master, { ...shape.placeholder, index: '' });
    return { ...shape, box };
  });
}

function placeIn(base: Base | undefined, { type, index }: Placeholder): Box | undefined {
  const candidates = base?.shapes.filter(({ placeholder }) => placeholder !== undefined) ?? [];
  const kind = kindOf(type);
  const found =
    candidates.find(({ placeholder }) => placeholder?.index === index && index !== '0') ??
    candidates.find(({ placeholder }) => kindOf(placeholder?.type ?? '') === kind);
  return found?.box;
}

function kindOf(type: string): string {
  if (type === 'ctrTitle') return 'title';
  return ['obj', 'subTitle', 'tbl', 'chart', 'dgm', 'media', 'pic', 'clipArt'].includes(type)
    ? 'body'
    : type;
}
