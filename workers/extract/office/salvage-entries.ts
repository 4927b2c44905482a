import { nameOf, mostEntries, type Entry } from './list-entries.ts';

const mark = Buffer.from('PK\x03\x04', 'latin1');

/** The files of a zip whose directory is lost, found by the header that stands before each. */
export function salvageEntries(bytes: Buffer): Entry[] {
  const entries: Entry[] = [];
  let at = bytes.indexOf(mark);
  while (at >= 0 && at + 30 <= bytes.length && entries.length < mostEntries) {
    const flags = bytes.readUInt16LE(at + 6);
    const nameEnd = at + 30 + bytes.readUInt16LE(at + 26);
    const start = nameEnd + bytes.readUInt16LE(at + 28);
    const claimed = bytes.readUInt32LE(at + 18);
    const next = bytes.indexOf(mark, at + 4);
    const most = (next < 0 ? bytes.length : next) - start;
    // The length may stand behind the bytes, which end by themselves; packed bytes may hold the mark.
    const isKnown = claimed > 0 && start + claimed <= bytes.length;
    const length = isKnown ? claimed : most;
    if (nameEnd <= bytes.length && length > 0) {
      entries.push({
        name: nameOf(bytes.subarray(at + 30, nameEnd)),
        method: bytes.readUInt16LE(at + 8),
        isEncrypted: (flags & 1) === 1,
        range: () => Promise.resolve({ at: start, length }),
      });
    }
    at = isKnown ? bytes.indexOf(mark, start + claimed) : next;
  }
  return entries;
}
