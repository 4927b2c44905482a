import { medianOf } from './find-gutter.ts';
import { rowsOf } from './gather-lines.ts';
import type { Run } from './list-runs.ts';
import type { Block } from './order-lines.ts';
import { isTight, type Row, writeRow } from './write-row.ts';

export type Paragraph = { readonly text: string; readonly runs: readonly Run[] };

/** In parts of the letters' size, and of the usual distance of lines. */
const mostLeading = 2.2;
const mostStep = 1.3;
const sameSize = 0.2;
const indent = 0.8;

const longWord = 40;
/** Of what begins with по, most is one word: потому, политически, поиски. */
const russianHyphen =
  /^[^\p{L}]*(?:кое-|из-(?:за|под)(?!\p{L})|во-(?:перв|втор)ых(?!\p{L})|по-(?:(?!иски|литич|этич)\p{L}+[сц]ки|(?:нов|друг|прежн|сво|мо|тво|наш|ваш|видим)[оеё]му)(?!\p{L}))/iu;

/** What stands under each other and belongs together, as one text. */
export function gatherParagraphs(block: Block): Paragraph[] {
  const rows = rowsOf(block)
    .map(writeRow)
    .filter(({ text }) => text !== '');
  const usual = medianOf(rows.slice(1).map((row, i) => row.baseline - (rows[i]?.baseline ?? 0)));
  const left = Math.min(...rows.map((row) => row.left));
  const right = Math.max(...rows.map((row) => row.right));
  const paragraphs: Row[][] = [];
  for (const [i, row] of rows.entries()) {
    const paragraph = paragraphs.at(-1);
    const measure = { usual, left, right, next: rows[i + 1] };
    if (paragraph !== undefined && goesOn(paragraph, row, measure)) paragraph.push(row);
    else paragraphs.push([row]);
  }
  return paragraphs.map((own) => ({ text: joinRows(own), runs: own.flatMap(({ runs }) => runs) }));
}

type Measure = {
  readonly usual: number;
  readonly left: number;
  readonly right: number;
  readonly next: Row | undefined;
};

function goesOn(paragraph: readonly Row[], row: Row, measure: Measure): boolean {
  const last = paragraph.at(-1);
  if (last === undefined) return false;
  const size = Math.max(last.size, row.size);
  const down = row.baseline - last.baseline;
  const most = Math.min(mostLeading * size, Math.max(measure.usual * mostStep, size));
  if (down > most) return false;
  // Rows of a table stay together whatever stands in them.
  if (row.hasCells && last.hasCells) return true;
  if (Math.abs(row.size - last.size) > sameSize * size) return false;
  return isBroken(last.text, row.text) || !begins(paragraph, row, measure);
}

/** Whether the row is the first of a paragraph: set in, or set out before others that are set in. */
function begins(paragraph: readonly Row[], row: Row, { left, right, next }: Measure): boolean {
  const isSetIn = (one: Row | undefined) =>
    one !== undefined && one.left > left + indent * one.size;
  const last = paragraph.at(-1);
  if (isSetIn(row)) {
    if (isSetIn(last)) return false;
    const isFull = last !== undefined && last.right > right - 2 * last.size;
    return !isFull || (next !== undefined && !isSetIn(next));
  }
  return isSetIn(last) && isSetIn(paragraph.at(-2));
}

/** A line that fills its column goes on in the next; a shorter one ends there. */
function joinRows(rows: readonly Row[]): string {
  const right = Math.max(...rows.map((row) => row.right));
  const left = Math.min(...rows.map((row) => row.left));
  let text = '';
  for (const [i, row] of rows.entries()) {
    const next = rows[i + 1];
    if (next === undefined) return text + row.text;
    const room = Math.max(0.12 * (right - left), 2 * row.size);
    const isFull = row.right > right - room && !row.hasCells && !startsItem(next.text);
    const goesOver = isFull || endsOpen(row.text, next.text);
    text += goesOver ? openEnd(row.text, next.text) : `${row.text}\n`;
  }
  return text;
}

/** The line without the hyphen that only its end made necessary, and with the space that it hides. */
function openEnd(line: string, next: string): string {
  if (line.endsWith('\u00ad')) return line.slice(0, -1);
  if (isBroken(line, next) && !hasOwnHyphen(line, next)) return line.slice(0, -1);
  if (endsOpen(line, next) || (isTight(line.at(-1)) && isTight(next[0]))) return line;
  return `${line} `;
}

/** At a hyphen within a word, such as in Anglo-Saxon or 1990-95. */
function endsOpen(line: string, next: string): boolean {
  return (
    endsInHyphen(line) && /[\p{L}\p{N}][-\u00ad\u2010]$/u.test(line) && /^[\p{L}\p{N}]/u.test(next)
  );
}

/** What most lines do not, and is quickly seen. */
function endsInHyphen(line: string): boolean {
  const last = line.at(-1);
  return last === '-' || last === '\u00ad' || last === '\u2010';
}

/** A word that was cut at the end of its line. */
function isBroken(line: string, next: string): boolean {
  return endsInHyphen(line) && /\p{L}[-\u00ad\u2010]$/u.test(line) && /^\p{Ll}/u.test(next);
}

/** After another hyphen, a single letter or a word that Russian joins with one, it belongs to the word. */
function hasOwnHyphen(line: string, next: string): boolean {
  const word = /\S+$/u.exec(line.slice(-longWord))?.[0] ?? '';
  if (/[\p{L}\p{N}][-\u2010]\p{Script=Latin}+.$/u.test(word)) return true;
  if (/^[("'«„“‘]?\p{L}.$/u.test(word)) return true;
  return russianHyphen.test(`${word.slice(0, -1)}-${next.slice(0, longWord)}`);
}

function startsItem(text: string): boolean {
  return /^(?:[•◦▪‣·●○■–—*-]\s|\(?\d{1,3}[.)]\s|\[\d{1,3}\]\s|\(?[a-zа-я][.)]\s)/iu.test(text);
}
