import type { Range } from './read-header.ts';

/** A stretch of text, and where in the file its bytes are. */
export type TextPiece = {
  readonly at: number;
  readonly characters: number;
  readonly isWide: boolean;
};

const mostPieces = 500_000;

/** The table of pieces: text that was edited lies about in the file, and this puts it in order. */
export function readPieces(
  table: Buffer,
  { at, length }: Range,
  { isOld }: { isOld: boolean },
): TextPiece[] {
  const list = findList(table.subarray(at, at + length));
  if (list === undefined) return [];
  const count = Math.min(mostPieces, Math.floor((list.length - 4) / 12));
  const pieces: TextPiece[] = [];
  for (let i = 0; i < count; i++) {
    const from = list.readUInt32LE(i * 4);
    const to = list.readUInt32LE(i * 4 + 4);
    const raw = list.readUInt32LE((count + 1) * 4 + i * 8 + 2);
    if (to <= from) continue;
    const isWide = !isOld && (raw & 0x40000000) === 0;
    const offset = isOld ? raw : isWide ? raw & 0x3fffffff : (raw & 0x3fffffff) / 2;
    pieces.push({ at: Math.floor(offset), characters: to - from, isWide });
  }
  return pieces;
}

/** Before the list stand changes of properties, each with its length. */
function findList(bytes: Buffer): Buffer | undefined {
  let at = 0;
  while (at + 5 <= bytes.length) {
    const kind = bytes[at];
    if (kind === 2) {
      return bytes.subarray(at + 5, at + 5 + bytes.readUInt32LE(at + 1));
    }
    if (kind !== 1) return undefined;
    at += 3 + bytes.readUInt16LE(at + 1);
  }
  return undefined;
}
