import { english } from './words-en.ts';
import { russian } from './words-ru.ts';

/** What has to be known of a language to say something about a text in it. */
export type Words = {
  /** Words that say how others belong together, and nothing by themselves. */
  readonly functionWords: ReadonlySet<string>;
  readonly negations: ReadonlySet<string>;
  /** Words, or their stems, that praise, and those that complain; many a word only begins like one. */
  readonly praise: ReadonlySet<string>;
  readonly complaint: ReadonlySet<string>;
  /** The word without what its form adds. */
  stem(word: string): string;
  countSyllables(word: string): number;
  /** Flesch's reading ease with the figures that fit the language. */
  readonly flesch: {
    readonly base: number;
    readonly perSentence: number;
    readonly perWord: number;
  };
  readonly wordsPerMinute: number;
};

export type Language = 'en' | 'ru';
export const wordsOf: Readonly<Record<Language, Words>> = { en: english, ru: russian };

/** Words in lower case, with what joins their parts. */
export function listWords(text: string): string[] {
  return text.toLowerCase().match(/\p{L}[\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
}

/** The language of a text by its function words; undefined for one of which nothing is known here. */
export function recogniseLanguage(words: readonly string[]): Language | undefined {
  if (words.length === 0) return undefined;
  const shareOf = (language: Language) => {
    const { functionWords } = wordsOf[language];
    return words.filter((word) => functionWords.has(word)).length / words.length;
  };
  const [en, ru] = [shareOf('en'), shareOf('ru')];
  const [language, share] = en > ru ? (['en', en] as const) : (['ru', ru] as const);
  // A list of terms has few of them; a text in another language shares some by chance.
  return share >= 0.18 ? language : undefined;
}
