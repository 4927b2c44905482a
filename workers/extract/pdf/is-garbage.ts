import type { Measure } from './measure-text.ts';

/** Fewer say nothing. */
const fewCharacters = 4;
const fewLetters = 40;
const fewWords = 2;
/** As a share of words: so many are not at the beginning of sentences only. */
const manyNumbers = 0.25;

/**
 * Whether a text is not what a person sees on its page: glyphs whose letters the file does not tell, or
 * tells wrongly. Numbers, formulas, code and any language are text.
 */
export function isGarbage(measure: Measure): boolean {
  if (measure.characters < fewCharacters) return false;
  return hasUnknown(measure) || isSigns(measure) || mixesScripts(measure) || isUnspeakable(measure);
}

export function hasUnknown({ unknown, characters }: Measure): boolean {
  return unknown > characters * 0.1;
}

/** Letters that are taken for others in the table become signs. */
function isSigns({ characters, known }: Measure): boolean {
  return characters > fewCharacters && known < characters * 0.35;
}

/** No language writes a word in two scripts, but for a unit or a sign within it. */
function mixesScripts({ words, mixedWords }: Measure): boolean {
  return mixedWords >= fewWords && mixedWords > words * 0.25;
}

/** What nobody can say has been put in other letters, or in those of another table. */
function isUnspeakable(measure: Measure): boolean {
  const { letters, latin, accented, cyrillic } = measure;
  if (letters < fewLetters) return false;
  if (latin > letters * 0.9) return accented > letters * 0.7 || !isSpoken(measure);
  return cyrillic > letters * 0.9 && !isSpoken(measure);
}

/** Vowels tell, unless most letters are those of codes: among many numbers, words in capitals are codes too. */
function isSpoken(measure: Measure): boolean {
  const { letters, words, numberedWords, capitalLetters, capitalVowels } = measure;
  let { wordLetters, wordVowels } = measure;
  if (numberedWords > words * manyNumbers) {
    wordLetters -= capitalLetters;
    wordVowels -= capitalVowels;
  }
  if (wordLetters < Math.max(fewLetters, letters / 2)) return true;
  const vowels = wordVowels / wordLetters;
  return vowels > 0.17 && vowels < 0.75;
}
