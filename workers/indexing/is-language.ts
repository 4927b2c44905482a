import { commonPairs } from './common-pairs.ts';

/** Fewer say nothing. */
const fewPairs = 32;

const letters = 'abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяії';
const firstCyrillic = letters.indexOf('а');

const common = new Uint8Array(letters.length ** 2);
for (const [first = '', ...next] of commonPairs) {
  for (const second of next) common[pairOf(letters.indexOf(first), letters.indexOf(second))] = 1;
}

/** What a character is here, beside a letter's place: an accent belongs to what is before it. */
const accent = -1;
const other = -2;

const places: (number | undefined)[] = [];

/** Each is looked at once: texts have few different ones. */
function placeOf(code: number): number {
  return (places[code] ??= lookAt(String.fromCharCode(code)));
}

function lookAt(character: string): number {
  if (/\p{M}/u.test(character)) return accent;
  const [plain = ''] = character.normalize('NFD').toLowerCase();
  const place = letters.indexOf(plain);
  return place < 0 ? other : place;
}

function pairOf(first: number, second: number): number {
  return first * letters.length + second;
}

/**
 * Whether words may be those of a language in Latin or Cyrillic letters, by which letters follow each other.
 * Other scripts, numbers and what is short pass. Lists of codes may fail: ask only where what is said can be
 * seen in a picture too.
 */
export function isLanguage(text: string): boolean {
  let pairs = 0;
  let known = 0;
  let last = other;
  for (let at = 0; at < text.length; at++) {
    const place = placeOf(text.charCodeAt(at));
    if (place === accent) continue;
    const isPair = place >= 0 && last >= 0 && place < firstCyrillic === last < firstCyrillic;
    if (isPair) {
      pairs++;
      known += common[pairOf(last, place)] ?? 0;
    }
    last = place;
  }
  // The fewer there are, the clearer it has to be.
  return pairs < fewPairs || known > pairs * 0.5 - Math.sqrt(pairs) * 0.25;
}
