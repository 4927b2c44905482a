// Readers that go by 16 bits take what is beyond for letters.
const letterAtEnd = /_?[\p{L}\p{N}\u{10000}-\u{10ffff}]$/u;
const letterAtStart = /^[\p{L}\p{N}\u{10000}-\u{10ffff}]_?/u;
const opensAtStart = /^(?:[*~_]+(?=[^\p{L}\p{N}\s*~_])|_+)/u;
const closesAtEnd = /(?:(?:\\.|[^\\\p{L}\p{N}\s*~_])[*~_]+|_+)$/u;
const addressAtEnd = /\b(https?|www)(:\/\/[^\s`)]*|\.[^\s`)]*)$/i;

/**
 * Two runs as they can stand beside each other so that each stays what it is. A sign with a letter on its
 * outer side and punctuation on its inner one neither opens nor closes, and `_` never does beside a
 * letter; a letter that is written by its number counts as punctuation there, and reads the same.
 */
export function besideEachOther(left: string, after: string): readonly [string, string] {
  // A reader would take the sign for a part of the address.
  const before = /^[*~_[`\\&]/.test(after) ? left.replace(addressAtEnd, '$1\\$2') : left;
  if (letterAtEnd.test(before) && opensAtStart.test(after)) {
    return [before.replace(letterAtEnd, byNumber), after];
  }
  if (closesAtEnd.test(before) && letterAtStart.test(after)) {
    return [before, after.replace(letterAtStart, byNumber)];
  }
  // With the bracket of a link it would be a picture.
  const isPicture = before.endsWith('!') && after.startsWith('[');
  return [isPicture ? `${before.slice(0, -1)}\\!` : before, after];
}

/** And what was within a word is beside it now. */
function byNumber(letter: string): string {
  return letter.replace(/[^_]/u, (one) => `&#${one.codePointAt(0)};`).replace('_', String.raw`\_`);
}
