/** What letters a text is made of, counted. */
export type Measure = {
  /** All but spaces, and lines of dots that lead the eye. */
  characters: number;
  letters: number;
  /** Letters, their marks, and digits. */
  known: number;
  /** Private use, unassigned, and what stands for an unknown letter. */
  unknown: number;
  latin: number;
  latinVowels: number;
  /** Latin with accents, of the first table that has some. */
  accented: number;
  cyrillic: number;
  cyrillicVowels: number;
  /** Of three letters and more. */
  words: number;
  /** Of those, such as have letters of several scripts. */
  mixedWords: number;
};

type Kind = {
  readonly isSpace: boolean;
  readonly isLeader: boolean;
  readonly isUnknown: boolean;
  readonly isLetter: boolean;
  readonly isKnown: boolean;
  readonly isVowel: boolean;
  readonly isAccented: boolean;
  /** One bit for each; none for what is at home in all. */
  readonly script: number;
};

const scripts: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u,
  /\p{Script=Hebrew}/u,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}]/u,
  /[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}]/u,
  /[\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}]/u,
  /[\p{Script=Thai}\p{Script=Lao}\p{Script=Tibetan}\p{Script=Myanmar}\p{Script=Khmer}]/u,
  /[\p{Script=Georgian}\p{Script=Armenian}]/u,
  /[\p{Script=Ethiopic}\p{Script=Cherokee}\p{Script=Mongolian}\p{Script=Yi}\p{Script=Canadian_Aboriginal}]/u,
];
const latin = 1;
const cyrillic = 2;
const vowels =
  /[aeiouyªºàáâãäåæèéêëìíîïòóôõöøœùúûüýÿāăąēĕėęěĩīĭįıōŏőūŭůűųơưạ-ỹаеёиоуыэюяіїєўәөүұӣӯ]/iu;

const kinds: (Kind | undefined)[] = [];

/** Each is looked at once: a page has few different ones. */
function kindOf(code: number): Kind {
  return (kinds[code] ??= lookAt(String.fromCodePoint(code)));
}

function lookAt(character: string): Kind {
  const isLetter = /\p{L}/u.test(character);
  return {
    isSpace: /\s/.test(character),
    isLeader: /[._\-–—=*·•…]/.test(character),
    isUnknown: /[\p{Co}\p{Cn}\u{fffd}]/u.test(character),
    isLetter,
    isKnown: isLetter || /[\p{M}\p{N}]/u.test(character),
    isVowel: vowels.test(character),
    isAccented: /[\u00c0-\u00ff]/.test(character),
    script: scripts.reduce((bits, script, i) => bits | (script.test(character) ? 1 << i : 0), 0),
  };
}

export function emptyMeasure(): Measure {
  return {
    characters: 0,
    letters: 0,
    known: 0,
    unknown: 0,
    latin: 0,
    latinVowels: 0,
    accented: 0,
    cyrillic: 0,
    cyrillicVowels: 0,
    words: 0,
    mixedWords: 0,
  };
}

export function addMeasure(sum: Measure, more: Measure): void {
  sum.characters += more.characters;
  sum.letters += more.letters;
  sum.known += more.known;
  sum.unknown += more.unknown;
  sum.latin += more.latin;
  sum.latinVowels += more.latinVowels;
  sum.accented += more.accented;
  sum.cyrillic += more.cyrillic;
  sum.cyrillicVowels += more.cyrillicVowels;
  sum.words += more.words;
  sum.mixedWords += more.mixedWords;
}

export function measureText(text: string): Measure {
  const sum = emptyMeasure();
  const word = { length: 0, scripts: 0 };
  let leader = 0;
  let leaders = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) ?? 0;
    if (code > 0xffff) at++;
    const kind = kindOf(code);
    if (kind.isSpace) {
      endWord(word, sum);
      continue;
    }
    leaders = kind.isLeader && code === leader ? leaders + 1 : 1;
    leader = kind.isLeader ? code : 0;
    // From the third on it is a line of them, and the first two were as well.
    sum.characters += leaders < 3 ? 1 : leaders === 3 ? -2 : 0;
    if (kind.isUnknown) sum.unknown++;
    if (!kind.isKnown) {
      endWord(word, sum);
      continue;
    }
    sum.known++;
    if (kind.isLetter) countLetter(kind, sum);
    word.length++;
    word.scripts |= kind.script;
  }
  endWord(word, sum);
  return sum;
}

function countLetter({ script, isVowel, isAccented }: Kind, sum: Measure): void {
  sum.letters++;
  if (script === latin) {
    sum.latin++;
    if (isVowel) sum.latinVowels++;
    if (isAccented) sum.accented++;
  } else if (script === cyrillic) {
    sum.cyrillic++;
    if (isVowel) sum.cyrillicVowels++;
  }
}

function endWord(word: { length: number; scripts: number }, sum: Measure): void {
  if (word.length >= 3) {
    sum.words++;
    if ((word.scripts & (word.scripts - 1)) !== 0) sum.mixedWords++;
  }
  word.length = 0;
  word.scripts = 0;
}
