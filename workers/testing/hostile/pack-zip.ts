import { constants, crc32, deflateRawSync } from 'node:zlib';

export type PackedPart = {
  readonly name: string;
  readonly packed: Buffer;
  /** What the archive says comes out of it; it may lie. */
  readonly statedBytes: number;
  readonly isStored?: boolean;
};

/** A part as it should be. */
export function packPart(name: string, content: string | Buffer): PackedPart {
  const bytes = Buffer.from(content);
  return { name, packed: deflateRawSync(bytes), statedBytes: bytes.length };
}

/** What begins and ends like a part and holds `filler` so many times in between, packed without unpacking it. */
export function packBomb(
  name: string,
  {
    begin = '',
    filler,
    times,
    end = '',
  }: { begin?: string; filler: Buffer; times: number; end?: string },
): PackedPart {
  const open = { finishFlush: constants.Z_FULL_FLUSH };
  const block = deflateRawSync(filler, open);
  const packed = Buffer.concat([
    deflateRawSync(begin, open),
    ...Array.from({ length: times }, () => block),
    deflateRawSync(end),
  ]);
  return { name, packed, statedBytes: begin.length + filler.length * times + end.length };
}

/**
 * A zip with nothing checked, so that it can lie. `aliases` are more names, all for the bytes of the last
 * part: as many as there is room for.
 */
export function packZip(parts: readonly PackedPart[], aliases: readonly string[] = []): Buffer {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  let last: Buffer = Buffer.alloc(0);
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const common = describe(part, name.length);
    last = listed(common, at);
    locals.push(Buffer.from('PK\x03\x04'), common, name, part.packed);
    list.push(last, name);
    at += 4 + common.length + name.length + part.packed.length;
  }
  for (const alias of aliases) {
    const name = Buffer.from(alias);
    const entry = Buffer.from(last);
    entry.writeUInt16LE(name.length, 28);
    list.push(entry, name);
  }
  const directory = Buffer.concat(list);
  return Buffer.concat([
    ...locals,
    directory,
    ...ends(parts.length + aliases.length, at, directory),
  ]);
}

/** What stands before a part and in the list: how it is packed, its sum, its sizes, its name's length. */
function describe(
  { packed, statedBytes, isStored = false }: PackedPart,
  nameLength: number,
): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(isStored ? 0 : 8, 4);
  common.writeUInt32LE(isStored ? crc32(packed) : 0, 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(statedBytes % 2 ** 32, 18);
  common.writeUInt16LE(nameLength, 22);
  return common;
}

function listed(common: Buffer, at: number): Buffer {
  const place = Buffer.alloc(14);
  place.writeUInt32LE(at, 10);
  return Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, place]);
}

/** The end of the list, in the long form first, for more parts than the short one can count. */
function ends(count: number, at: number, directory: Buffer): Buffer[] {
  const long = Buffer.alloc(56);
  long.write('PK\x06\x06', 'latin1');
  long.writeBigUInt64LE(44n, 4);
  long.writeBigUInt64LE(BigInt(count), 24);
  long.writeBigUInt64LE(BigInt(count), 32);
  long.writeBigUInt64LE(BigInt(directory.length), 40);
  long.writeBigUInt64LE(BigInt(at), 48);
  const finder = Buffer.alloc(20);
  finder.write('PK\x06\x07', 'latin1');
  finder.writeBigUInt64LE(BigInt(at + directory.length), 8);
  finder.writeUInt32LE(1, 16);
  const short = Buffer.alloc(22);
  short.write('PK\x05\x06', 'latin1');
  const shown = count > 0xfffe ? 0xffff : count;
  short.writeUInt16LE(shown, 8);
  short.writeUInt16LE(shown, 10);
  short.writeUInt32LE(directory.length, 12);
  short.writeUInt32LE(count > 0xfffe ? 0xffffffff : at, 16);
  return count > 0xfffe ? [long, finder, short] : [short];
}
