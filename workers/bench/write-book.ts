import { makePdf, type PdfPage, type PdfText } from '../testing/make-pdf.ts';

const syllables = 'ti de mo on ra ki sel va tor un pre est lan go mir ha bel con dia su'.split(' ');
const linesPerPage = 46;
const columns = [
  { x: 60, width: 230 },
  { x: 310, width: 230 },
];
const size = 9;
const letterWidth = size / 2;

/** A book in two columns with words that were cut at the ends of lines, always the same one. */
export function writeBook(pages: number): Buffer {
  const next = makeRandom();
  const word = () =>
    Array.from({ length: 1 + (next() % 4) }, () => syllables[next() % syllables.length]).join('');
  return makePdf({ pages: Array.from({ length: pages }, () => writePage(word)) });
}

function writePage(word: () => string): PdfPage {
  const texts: PdfText[] = [];
  for (const { x, width } of columns) {
    let waiting = '';
    for (let line = 0; line < linesPerPage; line++) {
      let text = waiting;
      waiting = '';
      while (text.length < width / letterWidth) text += `${text === '' ? '' : ' '}${word()}`;
      [text, waiting] = cutLine(text, Math.floor(width / letterWidth));
      texts.push({ text, x, y: 780 - line * 12, size });
    }
  }
  return { texts };
}

function cutLine(text: string, length: number): [string, string] {
  const at = text.lastIndexOf(' ', length);
  const rest = text.slice(at + 1);
  const room = length - at - 2;
  if (room < 3 || rest.length - room < 3) return [text.slice(0, at), rest];
  return [`${text.slice(0, at + 1 + room)}-`, rest.slice(room)];
}

function makeRandom(): () => number {
  let state = 1;
  return () => (state = (state * 48_271) % 2_147_483_647);
}
