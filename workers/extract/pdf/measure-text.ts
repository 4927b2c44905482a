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
  /** Latin with accents, of the first table that has some. */
  accented: number;
  cyrillic: number;
  /** Of three letters or digits and more. */
  words: number;
  /** Of those, such as have digits. */
  numberedWords: number;
  /** Of those, such as have letters of several scripts. */
  mixedWords: number;
  /** Those of words without digits, which can be said. */
  wordLetters: number;
  wordVowels: number;
  /** As many of them as are in words wholly of capitals, which may be short for others. */
  capitalLetters: number;
  capitalVowels: number;
};

type Word = {
  length: number;
  letters: number;
  vowels: number;
  capitals: number;
  digits: number;
  scripts: number;
};

type Kind = {
  readonly isSpace: boolean;
  readonly isLeader: boolean;
  readonly isUnknown: boolean;
  readonly isLetter: boolean;
  readonly isKnown: boolean;
  readonly isVowel: boolean;
  readonly isCapital: boolean;
  readonly isDigit: boolean;
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
    isCapital: /\p{Lu}/u.test(character),
    isDigit: /\p{N}/u.test(character),
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
    accented: 0,
    cyrillic: 0,
    words: 0,
    numberedWords: 0,
    mixedWords: 0,
    wordLetters: 0,
    wordVowels: 0,
    capitalLetters: 0,
    capitalVowels: 0,
  };
}

export function addMeasure(sum: Measure, more: Measure): void {
  sum.characters += more.characters;
  sum.letters += more.letters;
  sum.known += more.known;
  sum.unknown += more.unknown;
  sum.latin += more.latin;
  sum.accented += more.accented;
  sum.cyrillic += more.cyrillic;
  sum.words += more.words;
  sum.numberedWords += more.numberedWords;
  sum.mixedWords += more.mixedWords;
  sum.wordLetters += more.wordLetters;
  sum.wordVowels += more.wordVowels;
  sum.capitalLetters += more.capitalLetters;
  sum.capitalVowels += more.capitalVowels;
}

export function measureText(text: string): Measure {
  const sum = emptyMeasure();
  const word = emptyWord();
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
    addToWord(kind, word);
  }
  endWord(word, sum);
  return sum;
}

function countLetter({ script, isAccented }: Kind, sum: Measure): void {
  sum.letters++;
  if (script === latin) {
    sum.latin++;
    if (isAccented) sum.accented++;
  } else if (script === cyrillic) {
    sum.cyrillic++;
  }
}

function emptyWord(): Word {
  return { length: 0, letters: 0, vowels: 0, capitals: 0, digits: 0, scripts: 0 };
}

function addToWord(kind: Kind, word: Word): void {
  word.length++;
  if (kind.isLetter) word.letters++;
  if (kind.isVowel) word.vowels++;
  if (kind.isCapital) word.capitals++;
  if (kind.isDigit) word.digits++;
  word.scripts |= kind.script;
}

function endWord(word: Word, sum: Measure): void {
  if (word.length === 0) return;
  if (word.length >= 3) countWord(word, sum);
  Object.assign(word, emptyWord());
}

function countWord(word: Word, sum: Measure): void {
  sum.words++;
  if ((word.scripts & (word.scripts - 1)) !== 0) sum.mixedWords++;
  if (word.digits > 0) {
    sum.numberedWords++;
    return;
  }
  sum.wordLetters += word.letters;
  sum.wordVowels += word.vowels;
  if (word.capitals < word.letters) return;
  sum.capitalLetters += word.letters;
  sum.capitalVowels += word.vowels;
}
