import type { Measure } from './measure-text.ts';

/** Fewer say nothing. */
const fewCharacters = 4;
const fewLetters = 40;
const fewWords = 2;

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
  const { letters, latin, latinVowels, accented, cyrillic, cyrillicVowels } = measure;
  if (letters < fewLetters) return false;
  if (latin > letters * 0.9) return accented > letters * 0.7 || !isSpoken(latinVowels / latin);
  return cyrillic > letters * 0.9 && !isSpoken(cyrillicVowels / cyrillic);
}

function isSpoken(vowels: number): boolean {
  return vowels > 0.17 && vowels < 0.75;
}
