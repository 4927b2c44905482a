import { isLanguage } from './is-language.ts';

/** What tells languages apart that share a script: small words that stand in every text, and letters of their own. */
const latin: Readonly<Record<string, string>> = {
  en: 'the of and to in is that it for was with as on be are this by from at or not have which a an you we they but their his he has had were been can there if each see here one its into than',
  de: 'der die und das ist nicht ein eine den von zu mit auf für sich im dem des auch werden wird bei oder',
  fr: 'a à le la les des et est une un dans que qui pour pas sur au par ce avec du il sont plus cette ou',
  es: 'a o el la los de que y en un una las por con para es del se no al lo como más pero sus está',
  it: 'a e o il di che la è per un una del della non con sono le dei nel alla si gli anche più come questo',
  pt: 'o a os de que e do da em um uma para com não por as dos no na se mais ao são como foi ou ser está é sem esta este aos pela pelo você sua seu',
  nl: 'de het een van en is dat op te in niet met voor zijn aan er ook als bij door naar wordt deze kan om maar over uit worden geen of was',
  pl: 'a w i o na z do nie że się jest to o jak po za od przez dla są był oraz które jego tym',
  cs: 'a i o v ve je na že se si do za by jako jsou byl pro ale podle které jeho nebo také aby při po',
  sv: 'i och att det som en på är av för med den till inte om ett var från har kan vid eller men',
  da: 'i og at det er en til på som med for af den der ikke et fra har kan ved eller men blev også',
  fi: 'ja on ei se että oli ovat mutta myös kun hän joka tai kuin sen jos niin ole olla hänen',
  tr: 've bir bu için ile da de olarak olan en çok gibi daha ne var kadar sonra her ya ancak',
  hu: 'a az és hogy nem is egy ez van meg csak volt mint de vagy már még lehet amely kell',
  ro: 'și de în la cu pe un o este care din nu sunt mai pentru fost prin sau după între această',
  vi: 'và của là các có trong được cho không một những với này người đã khi để từ tại về',
  id: 'yang dan di dari untuk dengan pada ini dalam adalah tidak itu oleh akan juga atau sebagai ke',
};

const cyrillic: Readonly<Record<string, string>> = {
  ru: 'и в не на что с по это как из для был его к от все так она мы или также при они если',
  uk: 'і в не на що з до це як та для був його від у він вона ми або також при вони є якщо',
  be: 'і ў не на што з да гэта як для быў яго ад у ён яна мы або таксама пры яны ёсць калі',
  bg: 'и в не на че с по това как от за е са да се си при или също ще го към има които',
  sr: 'и у не на да је се за од са су који као или што али до из би само када по због',
};

/** Letters that a language of Cyrillic does not have. The first that has all is taken where words do not tell. */
const strange: Readonly<Record<string, RegExp>> = {
  ru: /[іїєґўђћљњјџ]/gu,
  uk: /[ёъыэўђћљњјџ]/gu,
  be: /[ищъїєґђћљњјџ]/gu,
  bg: /[ёыэіїєґўђћљњјџ]/gu,
  sr: /[ёйщъыьэюяіїєґў]/gu,
};
/** Names and quotations of others may have some. */
const mostStrange = 0.01;

/** In how many languages of its script a word stands. */
const spread = countLanguages([latin, cyrillic]);

/** Scripts of one language, or of one that is meant mostly. The first that fits is it. */
const scripts: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['ka', /\p{Script=Georgian}/gu],
  ['hy', /\p{Script=Armenian}/gu],
];

const mostCharacters = 50_000;
/** Less says too little. */
const fewHits = 2;
/** In any text of a language at least so many of its words are of these. */
const leastShare = 0.03;
/** What one letter is worth as a word: in tables, formulas and noise it is none. */
const singleLetter = 0.25;

/** The language of a text as its code; undefined where it does not tell. */
export function guessLanguage(text: string): string | undefined {
  const sample = text.slice(0, mostCharacters).toLowerCase();
  const count = (pattern: RegExp) => sample.match(pattern)?.length ?? 0;
  const letters = count(/\p{L}/gu);
  if (letters === 0) return undefined;
  const [latinLetters, cyrillicLetters] = [
    count(/\p{Script=Latin}/gu),
    count(/\p{Script=Cyrillic}/gu),
  ];
  if (!isLanguage(sample)) return undefined;
  if (latinLetters > letters / 2) return guessByWords(sample, latin);
  if (cyrillicLetters > letters / 2) {
    const able = Object.entries(strange)
      .filter(([, letter]) => count(letter) <= cyrillicLetters * mostStrange)
      .map(([code]) => code);
    const from = able.length > 0 ? able : Object.keys(cyrillic);
    const lists = Object.fromEntries(from.map((code) => [code, cyrillic[code] ?? '']));
    return guessByWords(sample, lists) ?? able[0] ?? 'ru';
  }
  // Japanese is written in Chinese signs mostly, with some of its own between them.
  return scripts.find(
    ([code, script]) => count(script) > letters * (code === 'ja' ? 0.1 : 0.4),
  )?.[0];
}

function guessByWords(
  text: string,
  languages: Readonly<Record<string, string>>,
): string | undefined {
  const words = new Map<string, number>();
  let total = 0;
  for (const [word] of text.matchAll(/\p{L}+/gu)) {
    words.set(word, (words.get(word) ?? 0) + 1);
    total++;
  }
  const scores = Object.entries(languages).map(([code, list]) => {
    let hits = 0;
    let score = 0;
    for (const word of list.split(' ')) {
      const found = words.get(word) ?? 0;
      hits += found;
      score += found * worthOf(word);
    }
    return { code, hits, score };
  });
  const [best, second] = scores.sort((a, b) => b.score - a.score);
  if (best === undefined || best.hits < Math.max(fewHits, total * leastShare)) return undefined;
  return best.score > (second?.score ?? 0) ? best.code : undefined;
}

/** The fewer languages have a word, the more it tells. */
function worthOf(word: string): number {
  return (word.length === 1 ? singleLetter : 1) / (spread.get(word) ?? 1);
}

function countLanguages(families: readonly Readonly<Record<string, string>>[]) {
  const counts = new Map<string, number>();
  for (const list of families.flatMap((family) => Object.values(family))) {
    for (const word of list.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
