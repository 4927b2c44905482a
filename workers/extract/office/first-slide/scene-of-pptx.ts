import { measurePicture } from '../measure-picture.ts';
import { findMainPart, openPackage, type Package, type Relation } from '../open-package.ts';
import type { Source } from '../open-source.ts';
import { inheritPlaces, layoutReader, shapeTree, type Base, type Bases } from '../pptx/layouts.ts';
import { listSlides } from '../pptx/list-slides.ts';
import { paragraphText } from '../pptx/paragraph-text.ts';
import { isTitle } from '../pptx/order-shapes.ts';
import { readShapes, type Shape } from '../pptx/read-shapes.ts';
import { child, descend, find, findAll, type Element } from '../xml-tree.ts';
import { readColors, type Colors } from './read-colors.ts';
import { tableBoxes } from './table-boxes.ts';
import type { Scene, SceneItem, SceneParagraph } from './scene.ts';

const unitsPerPoint = 12_700;
const mostPictureBytes = 32 * 1024 * 1024;

/** The picture that the program left of the file, where it did, else what its first slide shows. */
export async function sceneOfPptx(source: Source): Promise<{ thumbnail?: Buffer; scene?: Scene }> {
  const file = await openPackage(source);
  try {
    const left = [...(await file.relations('')).values()].find(({ type }) => type === 'thumbnail');
    const thumbnail = await readPart(file, left?.target ?? 'docProps/thumbnail.jpeg');
    if (thumbnail !== undefined && measurePicture(thumbnail) !== undefined) return { thumbnail };
    const scene = await readScene(file);
    return scene === undefined ? {} : { scene };
  } finally {
    await file.zip.close();
  }
}

async function readScene(file: Package): Promise<Scene | undefined> {
  const main = await findMainPart(file, {
    type: /presentationml\.(presentation|slideshow|template)\.main|powerpoint\.\w+\.macroEnabled\.main/i,
    usual: /(^|\/)(presentation|slides\/slide)\d*\.xml$/i,
  });
  const deck = await listSlides(file, main);
  const [part] = deck.slides;
  const root = part === undefined ? undefined : (await file.tree(part))?.root.children[0];
  if (part === undefined || root === undefined) return undefined;
  const bases = await layoutReader(file)(part);
  const colors = await readColors(file, bases);
  const relations = await file.relations(part);
  const own = inheritPlaces(readShapes(shapeTree(root)), bases);
  const context = { file, bases, colors };
  const items = [
    ...(await itemsOfBase(context, bases.master)),
    ...(await itemsOfBase(context, bases.layout)),
    ...(await itemsOf(context, own, relations)),
  ];
  const background = findBackground(root, bases);
  const picture = find(background?.element, 'a:blip')?.attributes.get('r:embed');
  const target =
    picture === undefined || background === undefined
      ? undefined
      : (background.part === undefined ? relations : await file.relations(background.part)).get(
          picture,
        )?.target;
  return {
    size: deck.size,
    unitsPerPoint,
    background: colors(background?.element) ?? '#ffffff',
    backgroundPicture: target === undefined ? undefined : await readPart(file, target),
    items,
  };
}

type Context = { readonly file: Package; readonly bases: Bases; readonly colors: Colors };

/** Of a layout or master all but the places it keeps for the text of slides. */
async function itemsOfBase(context: Context, base: Base | undefined): Promise<SceneItem[]> {
  if (base === undefined) return [];
  const shapes = base.shapes.filter(({ placeholder }) => placeholder === undefined);
  return itemsOf(context, shapes, await context.file.relations(base.part));
}

async function itemsOf(
  context: Context,
  shapes: readonly Shape[],
  relations: ReadonlyMap<string, Relation>,
): Promise<SceneItem[]> {
  const items: SceneItem[] = [];
  for (const shape of shapes.flatMap(flatten)) {
    const { box, element, pictures } = shape;
    if (box === undefined) continue;
    const target = pictures[0] === undefined ? undefined : relations.get(pictures[0])?.target;
    const table = find(element, 'a:tbl');
    for (const [cell, cellBox] of table === undefined ? [] : tableBoxes(table, box)) {
      items.push({
        box: cellBox,
        fill: context.colors(child(child(cell, 'a:tcPr'), 'a:solidFill')),
        picture: undefined,
        paragraphs: paragraphsOf(context, { ...shape, element: cell }),
        anchor: 'top',
      });
    }
    if (table !== undefined) continue;
    const properties = child(element, 'p:spPr');
    items.push({
      box,
      fill: context.colors(child(properties, 'a:solidFill', 'a:gradFill')),
      picture: target === undefined ? undefined : await readPart(context.file, target),
      paragraphs: paragraphsOf(context, shape),
      anchor: anchorOf(shape, context.bases),
    });
  }
  return items;
}

function flatten(shape: Shape): Shape[] {
  return shape.members === undefined ? [shape] : shape.members.flatMap(flatten);
}

function paragraphsOf({ bases, colors }: Context, shape: Shape): SceneParagraph[] {
  const styles = stylesOf(shape, bases);
  return findAll(shape.element, 'a:p').map((paragraph) => {
    const run = find(paragraph, 'a:rPr');
    const said = (name: string) =>
      [run, ...styles.map((style) => child(style, 'a:defRPr'))]
        .map((it) => it?.attributes.get(name))
        .find((it) => it !== undefined);
    const align = [child(paragraph, 'a:pPr'), ...styles]
      .map((it) => it?.attributes.get('algn'))
      .find((it) => it !== undefined);
    const colored = [run, ...styles.map((style) => child(style, 'a:defRPr'))]
      .map((it) => colors(child(it, 'a:solidFill')))
      .find((it) => it !== undefined);
    return {
      text: paragraphText(paragraph),
      points: (Number(said('sz')) || 1_800) / 100,
      color: colored ?? '#000000',
      isBold: ['1', 'true'].includes(said('b') ?? '0'),
      align: align === 'ctr' ? 'center' : align === 'r' ? 'right' : 'left',
    };
  });
}

/** Where a paragraph's look comes from, the nearest first. */
function stylesOf(shape: Shape, { layout, master }: Bases): Element[] {
  const kind = shape.placeholder === undefined ? 'other' : isTitle(shape) ? 'title' : 'body';
  const listStyle = (element: Element | undefined) =>
    descend(child(element, 'p:txBody'), 'a:lstStyle', 'a:lvl1pPr');
  const inLayout = layout?.shapes.find(
    ({ placeholder }) =>
      placeholder !== undefined &&
      (placeholder.type === shape.placeholder?.type ||
        (placeholder.index !== '0' && placeholder.index === shape.placeholder?.index)),
  );
  return [
    listStyle(shape.element),
    shape.placeholder === undefined ? undefined : listStyle(inLayout?.element),
    descend(child(master?.root, 'p:txStyles'), `p:${kind}Style`, 'a:lvl1pPr'),
  ].filter((it): it is Element => it !== undefined);
}

function anchorOf(shape: Shape, { layout, master }: Bases): SceneItem['anchor'] {
  const same = (base: Base | undefined) =>
    base?.shapes.find(({ placeholder }) => placeholder?.type === shape.placeholder?.type)?.element;
  const sources =
    shape.placeholder === undefined ? [shape.element] : [shape.element, same(layout), same(master)];
  const anchor = sources
    .map((it) => descend(child(it, 'p:txBody'), 'a:bodyPr')?.attributes.get('anchor'))
    .find((it) => it !== undefined);
  return anchor === 'ctr' ? 'middle' : anchor === 'b' ? 'bottom' : 'top';
}

function findBackground(root: Element, { layout, master }: Bases) {
  const sources = [
    { root, part: undefined },
    ...[layout, master].flatMap((it) =>
      it === undefined ? [] : [{ root: it.root, part: it.part }],
    ),
  ];
  for (const source of sources) {
    const element = descend(child(source.root, 'p:cSld'), 'p:bg');
    if (element !== undefined) return { element, part: source.part };
  }
  return undefined;
}

async function readPart(file: Package, part: string): Promise<Buffer | undefined> {
  return (await file.zip.read(part, mostPictureBytes))?.bytes;
}
