import { readFile } from 'node:fs/promises';
import type { Found, Piece, Reading } from '../found.ts';
import { openCompoundFile } from './compound-file.ts';
import { damaged } from './open-package.ts';
import type { PptDeck, PptSlide } from './ppt/list-ppt-slides.ts';
import { openPpt, readInner, shapesOf, slideSize } from './ppt/open-ppt.ts';
import { blipReader } from './ppt/read-blips.ts';
import { readPptComments, readFooters } from './ppt/read-ppt-remarks.ts';
import { childOf, types } from './ppt/read-records.ts';
import { readSlideShapes } from './ppt/read-slide-shapes.ts';
import { orderByPlace } from './pptx/order-shapes.ts';
import type { Box } from './pptx/read-shapes.ts';
import { shareOf } from './pptx/share-of.ts';
import { readSummary } from './summary-information.ts';
import { pictureTaker } from './take-pictures.ts';

/** A presentation of PowerPoint 97 to 2003. */
export async function* readPpt(
  path: string,
  { folder, signal }: Reading,
): AsyncGenerator<Found, void, void> {
  const file = openCompoundFile(await readFile(path, { signal }));
  if (file === undefined) throw damaged();
  const deck = openPpt(file);
  const { title, author } = readSummary(file);
  yield {
    kind: 'about',
    ...(title !== undefined && { title }),
    ...(author !== undefined && { author }),
    pages: deck.slides.length,
  };
  const blip = blipReader(deck.document, readInner(file, 'Pictures'));
  const take = pictureTaker(folder);
  const size = slideSize(deck);
  const common = readFooters(deck.document);
  const told = new Set<string>();
  for (const [i, slide] of deck.slides.entries()) {
    signal.throwIfAborted();
    const number = i + 1;
    const shapes = orderByPlace(shapesOf(slide), (shape) => (shape.isTitle ? 0 : 1));
    const place = (box: Box | undefined) => ({ slide: number, ...shareOf(box, size) });
    const texts = [...masterTexts(slide, deck), ...readFooters(slide.container), ...common];
    const fresh = texts.filter((text) => !told.has(text));
    for (const text of fresh) told.add(text);
    const loose = [...fresh, notesOf(slide, deck, i), readPptComments(slide.container)];
    const pieces: Piece[] = [
      ...shapes.map(({ text, box }) => ({ text, place: place(box) })),
      ...loose.map((text) => ({ text, place: { slide: number } })),
    ].filter(({ text }) => text.trim() !== '');
    yield { kind: 'text', unit: number, pieces };
    for (const { picture, box } of shapes) {
      const bytes = picture === undefined ? undefined : blip(picture);
      const fileName = bytes && (await take(bytes));
      if (fileName) yield { kind: 'picture', unit: number, place: place(box), fileName };
    }
  }
  if (deck.isWhole) return;
  yield {
    kind: 'loss',
    code: 'file_damaged',
    message: 'This presentation is damaged. What could be read of it is here.',
  };
}

/** What a master shows on each slide, without the places it keeps for their text. */
function masterTexts({ container }: PptSlide, { masters }: PptDeck): string[] {
  const atom = childOf(container, types.slideAtom)?.data;
  if (atom === undefined || atom.length < 22) return [];
  const showsMaster = (atom.readUInt16LE(20) & 1) === 1;
  const master = masters.find(({ id }) => id === atom.readUInt32LE(12));
  if (!showsMaster || master === undefined) return [];
  return readSlideShapes(childOf(master.container, types.drawing), [])
    .filter(({ isPlaceholder }) => !isPlaceholder)
    .map(({ text }) => text);
}

function notesOf(slide: PptSlide, deck: PptDeck, i: number): string {
  const atom = childOf(slide.container, types.slideAtom)?.data;
  const id = atom !== undefined && atom.length >= 20 ? atom.readUInt32LE(16) : 0;
  const isLoose = slide.id === 0;
  const notes = isLoose ? deck.notes[i] : deck.notes.find((it) => id !== 0 && it.id === id);
  if (notes === undefined) return '';
  return shapesOf(notes)
    .map(({ text }) => text)
    .filter((text) => text.trim() !== '' && text !== '*')
    .join('\n');
}
