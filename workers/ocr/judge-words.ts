import type { Layout } from './open-reader.ts';
import type { Line, Paragraph, Word } from './parse-table.ts';

const lettersIn = (text: string) => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

/** A line is kept if it is so sure in the middle, short ones a little more. */
const leastLine = 35;
const leastShortLine = 55;
const shortLetters = 4;
/** Short or without letters, and so unsure: at the end of a line that is rather a stain. */
const leastShortWord = 25;
/** Of words that may stand anywhere there is no line to support them. */
const leastLoose = 75;
const leastLooseShare = 0.2;

/** How much is read and how sure, from 0 to 100: the mean over letters, since stains are short. */
export function measureWords(words: readonly Word[]): { sureness: number; letters: number } {
  let sum = 0;
  let letters = 0;
  for (const { text, confidence } of words) {
    const count = lettersIn(text);
    sum += count * confidence;
    letters += count;
  }
  return { sureness: letters === 0 ? 0 : sum / letters, letters };
}

export function wordsOf(paragraphs: readonly Paragraph[]): Word[] {
  return paragraphs.flatMap(({ lines }) => lines.flatMap(({ words }) => words));
}

/**
 * Leaves out what is not text: tesseract sees letters in leaves, stains and edges too, but is not sure
 * of them.
 */
export function keepText(paragraphs: readonly Paragraph[], layout: Layout): Paragraph[] {
  const kept = paragraphs
    .map(({ lines }) => ({
      lines: lines
        .filter(layout === 'page' ? isText : isSureText)
        .map(trimEdges)
        .filter(({ words }) => words.length > 0),
    }))
    .filter(({ lines }) => lines.length > 0);
  const words = wordsOf(kept);
  if (!hasText(words)) return [];
  // In leaves and sand a few of hundreds look like words by chance.
  const share = measureWords(words).letters / measureWords(wordsOf(paragraphs)).letters;
  return layout === 'page' || share >= leastLooseShare ? kept : [];
}

function isText({ words }: Line): boolean {
  const { sureness, letters } = measureWords(words);
  return letters > 0 && sureness >= (letters < shortLetters ? leastShortLine : leastLine);
}

function isSureText({ words }: Line): boolean {
  const { sureness, letters } = measureWords(words);
  return letters >= 3 && sureness >= leastLoose;
}

function trimEdges({ words }: Line): Line {
  const isWord = ({ text, confidence }: Word) =>
    confidence >= leastShortWord || lettersIn(text) > 2;
  const first = words.findIndex(isWord);
  const last = words.findLastIndex(isWord);
  return { words: words.slice(Math.max(0, first), last + 1) };
}

/** Of a whole picture: at least something in it must be a word without doubt. */
function hasText(words: readonly Word[]): boolean {
  const sure = words.filter(({ text, confidence }) => confidence >= 75 && lettersIn(text) >= 3);
  if (sure.length > 0) return measureWords(words).sureness >= 45 || sure.length >= 5;
  const short = words.filter(({ text, confidence }) => confidence >= 85 && lettersIn(text) > 0);
  return short.length > 0 && measureWords(words).sureness >= 70;
}
