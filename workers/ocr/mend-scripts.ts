import type { Line, Paragraph, Word } from './parse-table.ts';

// Read with two alphabets at once, letters that look alike come out in the wrong one, and a word that
// looks right is found by nobody.

const latinTwins = 'ABCEHKMOPTXYaceopxyk';
const cyrillicTwins = 'АВСЕНКМОРТХУасеорхук';
/** Less alike, but taken for each other: only where nothing else of that alphabet is near. */
const looseCyrillic = `${cyrillicTwins}гпитьБб`;
const looseLatin = `${latinTwins}rnumbbb`;

const toCyrillic = makeTable(latinTwins, cyrillicTwins);
const toLatin = makeTable(cyrillicTwins, latinTwins);
const toLooseLatin = makeTable(looseCyrillic, looseLatin);

const latin = /\p{Script=Latin}/gu;
const cyrillic = /\p{Script=Cyrillic}/gu;
const count = (text: string, letters: RegExp) => text.match(letters)?.length ?? 0;

/** Puts letters that look alike into the alphabet of the word or the line that they stand in. */
export function mendScripts(paragraphs: readonly Paragraph[]): Paragraph[] {
  const all = paragraphs.flatMap(({ lines }) => lines.map(textOf)).join(' ');
  const [latins, cyrillics] = [count(all, latin), count(all, cyrillic)];
  const isLatinPage = latins >= 40 && cyrillics < 0.04 * latins;
  return paragraphs.map(({ lines }) => ({
    lines: lines.map((line) => mendLine(line, isLatinPage)),
  }));
}

function mendLine(line: Line, isLatinPage: boolean): Line {
  const text = textOf(line);
  if (count(text, cyrillic) === 0) return line;
  const [latins, cyrillics] = [count(text, latin), count(text, cyrillic)];
  const isCyrillicLine = cyrillics >= 8 && cyrillics > 3 * latins;
  const words = line.words.map((word) => {
    const mended = mendMixed(word.text);
    if (isCyrillicLine && isLostLatin(mended)) return change(word, mended, toCyrillic);
    if (isLatinPage && isLostCyrillic(mended)) return change(word, mended, toLooseLatin);
    return mended === word.text ? word : { ...word, text: mended };
  });
  return { words };
}

/** One word is of one alphabet: of that in which more of its letters cannot be otherwise. */
function mendMixed(text: string): string {
  if (count(text, latin) === 0 || count(text, cyrillic) === 0) return text;
  const asCyrillic = translate(text, toCyrillic);
  const asLatin = translate(text, toLatin);
  if (count(asCyrillic, latin) === 0) return asCyrillic;
  return count(asLatin, cyrillic) === 0 ? asLatin : text;
}

/** Short words as Но, То, с and у; capitals alone may be meant to be Latin, as in HTTP. */
function isLostLatin(text: string): boolean {
  const letters = text.replace(/[^\p{L}]/gu, '');
  if (letters.length === 0 || letters.length > 3) return false;
  if (letters.length > 1 && letters === letters.toUpperCase()) return false;
  return Array.from(letters).every((letter) => toCyrillic.has(letter));
}

function isLostCyrillic(text: string): boolean {
  const letters = text.replace(/[^\p{L}]/gu, '');
  if (letters.length === 0 || letters.length > 3) return false;
  return Array.from(letters).every((letter) => toLooseLatin.has(letter));
}

function change(word: Word, text: string, table: ReadonlyMap<string, string>): Word {
  return { ...word, text: translate(text, table) };
}

function translate(text: string, table: ReadonlyMap<string, string>): string {
  return Array.from(text, (letter) => table.get(letter) ?? letter).join('');
}

function textOf({ words }: Line): string {
  return words.map(({ text }) => text).join(' ');
}

function makeTable(from: string, to: string): ReadonlyMap<string, string> {
  const targets = Array.from(to);
  return new Map(Array.from(from, (letter, i) => [letter, targets[i] ?? letter]));
}
