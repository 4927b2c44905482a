import type { ByteRange } from './objects.ts';

const maxKeyLength = 900;
const maxSegmentLength = 200;
/** Where the folder keeps what is not whole yet. */
export const temporaryFolder = 'temp';
/** What arrives in several requests is kept there, each piece of it whole. */
const piecesFolder = 'uploads';

/** Throws a sentence unless the key can name an object in every store and on every file system. */
export function checkObjectKey(key: string): void {
  const fault = findKeyFault(key);
  if (fault === undefined) return;
  throw new Error(`${JSON.stringify(key.slice(0, 100))} cannot name an object: ${fault}`);
}

export function isObjectKey(key: string): boolean {
  return findKeyFault(key) === undefined;
}

function findKeyFault(key: string): string | undefined {
  if (key === '') return 'a key must not be empty.';
  if (key.length > maxKeyLength) return `a key has at most ${maxKeyLength} characters.`;
  const segments = key.split('/');
  if (segments.includes('')) return 'begin and end without a slash and use single slashes.';
  if (segments[0] === temporaryFolder && segments[1] !== piecesFolder) {
    return `${temporaryFolder}/ is kept for unfinished uploads.`;
  }
  for (const segment of segments) {
    if (segment.length > maxSegmentLength) {
      return `between two slashes there may be ${maxSegmentLength} characters.`;
    }
    if (!/^[\w][\w.=+@-]*$/.test(segment)) {
      return 'use letters, digits and _ . = + @ - and begin each part with a letter, digit or _.';
    }
  }
  return undefined;
}

/** A prefix is the beginning of a key. */
export function checkObjectPrefix(prefix: string): void {
  if (prefix !== '') checkObjectKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
}

export function checkRange({ start, end }: ByteRange): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start)
    return;
  throw new RangeError(
    `${start}–${end} is no range of bytes: give whole numbers with 0 ≤ start ≤ end.`,
  );
}
