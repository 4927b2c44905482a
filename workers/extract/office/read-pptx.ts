import type { Found, Piece, Reading } from '../found.ts';
import { embeddedText, mostEmbeddedBytes } from './embedded-text.ts';
import { damaged, findMainPart, openPackage, type Package } from './open-package.ts';
import { chartText } from './pptx/chart-text.ts';
import { diagramText } from './pptx/diagram-text.ts';
import { inheritPlaces, layoutReader, shapeTree, type Bases } from './pptx/layouts.ts';
import { listSlides, type Deck } from './pptx/list-slides.ts';
import { orderShapes } from './pptx/order-shapes.ts';
import { readAuthors, readComments, readNotes } from './pptx/read-remarks.ts';
import { readShapes, type Shape } from './pptx/read-shapes.ts';
import { linesOf } from './pptx/paragraph-text.ts';
import { shareOf } from './pptx/share-of.ts';
import { readAbout } from './read-about.ts';
import { refuseCompoundFile } from './refuse-compound-file.ts';
import { pictureTaker, type PictureTaker } from './take-pictures.ts';
import { find } from './xml-tree.ts';

const mostSlides = 5_000;

/** A presentation of PowerPoint 2007 and later. */
export async function* readPptx(
  path: string,
  { folder, signal }: Reading,
): AsyncGenerator<Found, void, void> {
  await refuseCompoundFile(path);
  const file = await openPackage({ file: path });
  try {
    const main = await findMainPart(file, {
      type: /presentationml\.(presentation|slideshow|template)\.main|powerpoint\.\w+\.macroEnabled\.main/i,
      usual: /(^|\/)(presentation|slides\/slide)\d*\.xml$/i,
    });
    const deck = await listSlides(file, main);
    if (deck.slides.length === 0 && !file.zip.isWhole) throw damaged();
    yield { ...(await readAbout(file)), ...languageOf(deck), pages: deck.slides.length };
    const slide = slideReader(file, deck, {
      take: pictureTaker(folder),
      authors: await readAuthors(file, main),
    });
    let isWhole = file.zip.isWhole;
    for (const [i, part] of deck.slides.slice(0, mostSlides).entries()) {
      signal.throwIfAborted();
      const read = await slide(part, i + 1);
      if (!read.isWhole) isWhole = false;
      yield* read.found;
    }
    if (!isWhole) {
      yield {
        kind: 'loss',
        code: 'file_damaged',
        message: 'This presentation is damaged. What could be read of it is here.',
      };
    }
  } finally {
    await file.zip.close();
  }
}

function languageOf({ root }: Deck): { language?: string } {
  const language = find(root, 'a:defRPr')?.attributes.get('lang');
  return language === undefined ? {} : { language };
}

type Means = { readonly take: PictureTaker; readonly authors: ReadonlyMap<string, string> };

function slideReader(file: Package, deck: Deck, means: Means) {
  const bases = layoutReader(file);
  const shownBases = new Set<string>();
  return async (part: string, number: number): Promise<{ found: Found[]; isWhole: boolean }> => {
    const tree = await file.tree(part);
    const root = tree?.root.children[0];
    if (tree === undefined || root === undefined) return { found: [], isWhole: false };
    const relations = await file.relations(part);
    const own = await bases(part);
    const shapes = orderShapes(inheritPlaces(readShapes(shapeTree(root)), own));
    const pieces: Piece[] = [];
    const pictures: Found[] = [];
    for (const shape of shapes) {
      const place = { slide: number, ...shareOf(shape.box, deck.size) };
      const text = await shapeText(file, shape, relations);
      if (text.trim() !== '') pieces.push({ text, place });
      for (const id of shape.pictures) {
        const target = relations.get(id)?.target;
        const bytes = target === undefined ? undefined : (await file.zip.read(target))?.bytes;
        const fileName = bytes && (await means.take(bytes));
        if (fileName) pictures.push({ kind: 'picture', unit: number, place, fileName });
      }
    }
    const showsMaster = !['0', 'false'].includes(root.attributes.get('showMasterSp') ?? '1');
    for (const text of showsMaster ? newBaseTexts(own, shownBases) : []) {
      pieces.push({ text, place: { slide: number } });
    }
    for (const { type, target } of relations.values()) {
      const text =
        type === 'notesSlide'
          ? await readNotes(file, target)
          : type === 'comments'
            ? await readComments(file, target, means.authors)
            : '';
      if (text !== '') pieces.push({ text, place: { slide: number } });
    }
    return { found: [{ kind: 'text', unit: number, pieces }, ...pictures], isWhole: tree.isWhole };
  };
}

async function shapeText(
  file: Package,
  shape: Shape,
  relations: Awaited<ReturnType<Package['relations']>>,
): Promise<string> {
  if (shape.placeholder?.type === 'sldNum') return '';
  const treeOf = async (id: string | undefined) => {
    const target = id === undefined ? undefined : relations.get(id)?.target;
    return target === undefined ? undefined : { target, tree: await file.tree(target) };
  };
  const diagram = await treeOf(shape.diagram);
  const chart = await treeOf(shape.chart);
  const object = shape.object === undefined ? undefined : relations.get(shape.object)?.target;
  const embedded =
    object === undefined ? undefined : await file.zip.read(object, mostEmbeddedBytes);
  const texts = [
    shape.text,
    embedded ? await embeddedText(embedded.bytes) : '',
    diagram?.tree ? diagramText(diagram.tree.root) : '',
    chart?.tree ? chartText(chart.tree.root) : '',
    chart ? await overChart(file, chart.target) : '',
  ];
  return texts.filter((text) => text.trim() !== '').join('\n');
}

/** Text that was laid over a chart by hand. */
async function overChart(file: Package, chart: string): Promise<string> {
  const drawing = [...(await file.relations(chart)).values()].find(
    ({ type }) => type === 'chartUserShapes',
  );
  return drawing === undefined ? '' : linesOf((await file.tree(drawing.target))?.root);
}

/** What a layout or master shows on each slide is told once, at the first. */
function newBaseTexts({ layout, master }: Bases, shown: Set<string>): string[] {
  const bases = [layout, layout?.showsMaster === false ? undefined : master];
  return bases.flatMap((base) => {
    if (base === undefined || shown.has(base.part)) return [];
    shown.add(base.part);
    return orderShapes(base.shapes)
      .filter(({ placeholder, text }) => placeholder === undefined && text.trim() !== '')
      .map(({ text }) => text);
  });
}
