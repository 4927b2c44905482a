import { commonPairs } from './common-pairs.ts';

/** Fewer say nothing. */
const fewPairs = 32;

const common: ReadonlySet<string> = new Set(
  commonPairs.flatMap(([first = '', ...next]) => next.map((second) => first + second)),
);
const judged = /^(?:[a-z]{2}|[а-яії]{2})$/;

/**
 * Whether words may be those of a language in Latin or Cyrillic letters, by which letters follow each other.
 * Other scripts, numbers and what is short pass. Lists of codes may fail: ask only where what is said can be
 * seen in a picture too.
 */
export function isLanguage(text: string): boolean {
  let pairs = 0;
  let known = 0;
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  for (const [word] of plain.matchAll(/\p{L}{2,}/gu)) {
    for (let at = 0; at + 2 <= word.length; at++) {
      const pair = word.slice(at, at + 2);
      if (!judged.test(pair)) continue;
      pairs++;
      if (common.has(pair)) known++;
    }
  }
  // The fewer there are, the clearer it has to be.
  return pairs < fewPairs || known > pairs * 0.5 - Math.sqrt(pairs) * 0.25;
}
