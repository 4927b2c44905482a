import { makeCompoundFile } from './make-compound-file.ts';

export type DocPiece = {
  readonly text: string;
  readonly isWide?: boolean;
  readonly bytes?: Buffer;
};

export type DocFile = {
  /** One after the other they are the text of all stories. */
  readonly pieces: readonly DocPiece[];
  /** How many characters the body, the footnotes and the headers have. */
  readonly stories: readonly number[];
  readonly language?: number;
  readonly flags?: number;
};

const textAt = 2_048;

/** A document of Word 97 with nothing but its text, in pieces. */
export function makeDoc({ pieces, stories, language = 0x409, flags = 0 }: DocFile): Buffer {
  const written = pieces.map(({ text, isWide = false, bytes }) => ({
    characters: text.length,
    isWide,
    bytes: bytes ?? Buffer.from(text, isWide ? 'utf16le' : 'latin1'),
  }));
  const list = Buffer.alloc((written.length + 1) * 4 + written.length * 8);
  let character = 0;
  let at = textAt;
  for (const [i, piece] of written.entries()) {
    list.writeUInt32LE(character, i * 4);
    character += piece.characters;
    const place = (piece.isWide ? at : at * 2 + 0x40000000) >>> 0;
    list.writeUInt32LE(place, (written.length + 1) * 4 + i * 8 + 2);
    at += piece.bytes.length;
  }
  list.writeUInt32LE(character, written.length * 4);
  const table = Buffer.concat([Buffer.from([2, 0, 0, 0, 0]), list]);
  table.writeUInt32LE(list.length, 1);
  const header = Buffer.alloc(textAt);
  header.writeUInt16LE(0xa5ec, 0);
  header.writeUInt16LE(193, 2);
  header.writeUInt16LE(language, 6);
  header.writeUInt16LE(0x0200 | flags, 10);
  for (const [i, length] of stories.entries()) header.writeUInt32LE(length, 0x4c + i * 4);
  header.writeUInt32LE(0, 0x1a2);
  header.writeUInt32LE(table.length, 0x1a6);
  return makeCompoundFile({
    WordDocument: Buffer.concat([header, ...written.map(({ bytes }) => bytes)]),
    '1Table': table,
  });
}
