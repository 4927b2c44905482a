import type { HeardWord, Segment } from '../engines/speech-engine.ts';

/** A word as it is written, with what follows it: points, and a space where its language has them. */
export type PlacedWord = HeardWord;

/**
 * Gives each word of a segment its time. Engines tell times of words as they heard them, and the text with
 * points and capitals, which need not be the same words: so both are laid beside each other by their letters.
 */
export function placeWords(segment: Segment): PlacedWord[] {
  const tokens = splitWords(segment.text);
  const total = tokens.reduce((sum, token) => sum + countLetters(token), 0);
  if (total === 0) return [];
  const clock = makeClock(segment);
  let seen = 0;
  return tokens.map((token) => {
    const from = seen / total;
    seen += countLetters(token);
    return { startMs: clock(from, 'start'), endMs: clock(seen / total, 'end'), text: token };
  });
}

const segmenters = new Intl.Segmenter('und', { granularity: 'word' });
const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** All of the text, cut before words; the last one ends with a space where the next segment is to have one. */
function splitWords(text: string): string[] {
  const trimmed = text.trim().replace(/\s+/g, ' ');
  if (!withoutSpaces.test(trimmed)) return trimmed.match(/\S+/g)?.map((word) => `${word} `) ?? [];
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenters.segment(trimmed)) {
    if (isWordLike === true || words.length === 0) words.push(segment);
    else words[words.length - 1] += segment;
  }
  return words;
}

function countLetters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

type Edge = 'start' | 'end';

/** From the share of letters that were said to the time. */
function makeClock({ startMs, endMs, words = [] }: Segment): (share: number, edge: Edge) => number {
  const spoken = words.filter(({ text }) => countLetters(text) > 0);
  const total = spoken.reduce((sum, { text }) => sum + countLetters(text), 0);
  if (total === 0) return (share) => startMs + share * (endMs - startMs);
  let seen = 0;
  const marks = spoken.map((word) => {
    const from = seen / total;
    seen += countLetters(word.text);
    return { ...word, from, to: seen / total };
  });
  const nearly = 1e-9;
  return (share, edge) => {
    const mark =
      edge === 'start'
        ? marks.find(({ to }) => share < to - nearly)
        : marks.find(({ to }) => share <= to + nearly);
    if (mark === undefined) return endMs;
    const within = (share - mark.from) / (mark.to - mark.from);
    return mark.startMs + within * (mark.endMs - mark.startMs);
  };
}
