import { Refusal } from '../../found.ts';
import { damaged } from '../open-package.ts';
import { protectedByPassword } from '../refuse-compound-file.ts';

/** What the first bytes of a document of Word 6 to 2003 say of where its text is. */
export type Header = {
  /** Word 6 and 95 write one byte for a character, and lists in other places. */
  readonly isOld: boolean;
  readonly language: number;
  readonly isMac: boolean;
  readonly tableName: '0Table' | '1Table';
  /** Where the text of a simple old document begins. */
  readonly textAt: number;
  /** How many characters each story has, in the order in which they follow each other. */
  readonly stories: readonly Story[];
  readonly pieces: Range;
  readonly paragraphs: Range;
  readonly fonts: Range;
};

export type Range = { readonly at: number; readonly length: number };
export type Story = {
  readonly name: 'body' | 'footnotes' | 'headers' | 'macros' | 'comments' | 'endnotes' | 'boxes';
  readonly length: number;
};

const names = ['body', 'footnotes', 'headers', 'macros', 'comments', 'endnotes'] as const;

export function readHeader(bytes: Buffer): Header {
  if (bytes.length < 128) throw damaged();
  const mark = bytes.readUInt16LE(0);
  if (mark !== 0xa5ec && mark !== 0xa5dc) throw damaged();
  const version = bytes.readUInt16LE(2);
  const flags = bytes.readUInt16LE(10);
  if ((flags & 0x8100) !== 0) throw protectedByPassword();
  const isOld = mark === 0xa5dc || version <= 105;
  if (version < 101 && version > 0) {
    throw new Refusal(
      'format_too_old',
      'This document was written by Word 2 or older. Open it, save it as DOCX and upload it again.',
    );
  }
  const u32 = (at: number) => (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0);
  const range = (at: number) => ({ at: u32(at), length: u32(at + 4) });
  const counts = isOld ? 0x34 : 0x4c;
  const lengths = Array.from({ length: 8 }, (_, i) => u32(counts + i * 4));
  return {
    isOld,
    language: bytes.readUInt16LE(6),
    isMac: bytes.readUInt16LE(20) === 256,
    tableName: (flags & 0x0200) === 0 ? '0Table' : '1Table',
    textAt: u32(0x18),
    stories: [
      ...names.map((name, i) => ({ name, length: lengths[i] ?? 0 })),
      { name: 'boxes', length: lengths[6] ?? 0 },
      { name: 'boxes', length: lengths[7] ?? 0 },
    ],
    pieces: range(isOld ? 0x160 : 0x1a2),
    paragraphs: range(isOld ? 0xb8 + 8 : 0x102),
    fonts: range(isOld ? 0xd0 : 0x112),
  };
}
