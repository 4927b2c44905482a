import type { Analysis } from '@lectern/db/materials/analysis';
import { listWords, type Words } from './words.ts';

/** What is counted of a text; texts are counted page by page. */
export type Counts = { words: number; sentences: number; syllables: number };

export function countText(text: string, language: Words | undefined): Counts {
  const counts = { words: 0, sentences: 0, syllables: 0 };
  for (const block of text.split(/\n+/)) {
    const words = listWords(block);
    if (words.length === 0) continue;
    counts.words += words.length;
    // A heading or an item of a list ends as a sentence does.
    counts.sentences += Math.max(1, block.match(/[.!?…]+(?=["'”»)\]]*(?:\s|$))/g)?.length ?? 0);
    if (language === undefined) continue;
    for (const word of words) counts.syllables += language.countSyllables(word);
  }
  return counts;
}

const grades = [
  [90, 'very_easy'],
  [80, 'easy'],
  [70, 'fairly_easy'],
  [60, 'plain'],
  [50, 'fairly_difficult'],
  [30, 'difficult'],
] as const;

/** Flesch's reading ease; undefined where there is too little of a text to say. */
export function rateReading(
  { words, sentences, syllables }: Counts,
  { flesch }: Words,
): Analysis['reading'] {
  if (words < 20) return undefined;
  const { base, perSentence, perWord } = flesch;
  const raw = base - perSentence * (words / sentences) - perWord * (syllables / words);
  const ease = Math.round(Math.min(100, Math.max(0, raw)));
  const level = grades.find(([least]) => ease >= least)?.[1] ?? 'very_difficult';
  return { ease, level };
}
