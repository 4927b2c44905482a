import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Found, Piece } from '../found.ts';
import { hasUnknown, isGarbage } from './is-garbage.ts';
import { isLanguage } from '../../indexing/is-language.ts';
import { lookAtPictures, type Pictures } from './look-at-pictures.ts';
import { addMeasure, emptyMeasure, type Measure, measureText } from './measure-text.ts';
import { readFields } from './read-fields.ts';
import { readPageText } from './read-page-text.ts';

export type PagePlace = { readonly page?: number; readonly heading?: string };

/** With so few letters a page may be a picture with a stamp or a line of its publisher on it. */
const fewLetters = 60;
const someLetters = 400;
/** How much of a page a picture covers that it may be all about. */
const largePicture = 0.3;
/** With a line above it and one below, a scan leaves more room. */
const mostOfPage = 0.4;
const wholePage = 0.75;
/** Letters that were turned into outlines are many; a frame is not. */
const manyOutlines = 20;
/** So much of a page that is garbage makes the rest doubtful. */
const mostGarbage = 0.3;
const garbageCharacters = 12;

const cutShort: Found = {
  kind: 'loss',
  code: 'page_damaged',
  message: 'Words of this page are lost, because what draws them is damaged.',
};

/** What one page holds: its text, or that somebody has to look at it. */
export async function readPage(
  page: PDFPageProxy,
  { unit, place }: { readonly unit: number; readonly place: PagePlace },
): Promise<Found[]> {
  const drawn = (await readPageText(page, place)).map((piece) => ({
    piece,
    measure: measureText(piece.text),
  }));
  const fields = await readFields(page, place);
  const isUnreadable =
    isGarbagePage(drawn.map(({ measure }) => measure)) ||
    (await hidesScan(
      page,
      drawn.map(({ piece }) => piece.text),
    ));
  const readable = isUnreadable ? [] : drawn.filter(({ measure }) => !hasUnknown(measure));
  const pieces: Piece[] = [...readable.map(({ piece }) => piece), ...fields];
  const found: Found[] = [];
  if (pieces.length > 0) found.push({ kind: 'text', unit, pieces });
  const known = readable.reduce((sum, { measure }) => sum + measure.known, 0);
  if (isUnreadable) {
    found.push({ kind: 'scan', unit, place, why: 'garbage' });
  } else if (known < someLetters) {
    const pictures = await lookAtPictures(page);
    if (isPicture(pictures, known)) found.push({ kind: 'scan', unit, place, why: 'no_text' });
    if (pictures.endsWithinText) found.push(cutShort);
  }
  return found;
}

function isGarbagePage(measures: readonly Measure[]): boolean {
  const all = emptyMeasure();
  let garbage = 0;
  for (const measure of measures) {
    addMeasure(all, measure);
    if (measure.characters >= garbageCharacters && isGarbage(measure))
      garbage += measure.characters;
  }
  return garbage > all.characters * mostGarbage || isGarbage(all);
}

/** Letters under a picture of a page that cannot be what is seen there: they stand for others. */
async function hidesScan(page: PDFPageProxy, texts: readonly string[]): Promise<boolean> {
  if (isLanguage(texts.join(' '))) return false;
  return (await lookAtPictures(page)).share >= wholePage;
}

function isPicture({ share, outlines }: Pictures, letters: number): boolean {
  if (letters === 0) return share > 0 || outlines >= manyOutlines;
  return share >= (letters < fewLetters ? largePicture : mostOfPage);
}
