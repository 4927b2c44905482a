import { readDirectory } from './compound-directory.ts';

export type CompoundFile = {
  /** Paths of all streams and folders, parts joined by `/`. */
  readonly paths: readonly string[];
  /** Whether there is a stream or folder of this name, in whatever folder. */
  readonly has: (name: string) => boolean;
  /** By path, or the first of this name; what there is of it where its chain breaks. */
  readonly read: (name: string) => Buffer | undefined;
};

const endOfChain = 0xfffffffe;
const most = 0xfffffffa;
export const compoundMark = Buffer.from('d0cf11e0a1b11ae1', 'hex');

type Sectors = {
  readonly bytes: Buffer;
  readonly size: number;
  readonly next: (sector: number) => number;
};

/**
 * The container of the older Office formats: a small file system of sectors in chains. Chains that loop
 * or lead out of the file end there. Undefined for what is no such file.
 */
export function openCompoundFile(bytes: Buffer): CompoundFile | undefined {
  if (bytes.length < 512 || !bytes.subarray(0, 8).equals(compoundMark)) return undefined;
  const shift = bytes.readUInt16LE(30) === 12 ? 12 : 9;
  const sectors = largeSectors(bytes, 1 << shift);
  const entries = readDirectory(readChain(sectors, bytes.readUInt32LE(48)));
  const root = entries.find(({ type }) => type === 'root');
  const small = smallSectors(
    root === undefined ? Buffer.alloc(0) : readChain(sectors, root.start),
    readChain(sectors, bytes.readUInt32LE(60)),
  );
  const cutoff = bytes.readUInt32LE(56) || 4096;
  const find = (name: string) => {
    const wanted = name.toLowerCase();
    const streams = entries.filter(({ type }) => type === 'stream');
    return (
      streams.find(({ path }) => path.toLowerCase() === wanted) ??
      streams.find(({ path }) => path.toLowerCase().endsWith(`/${wanted}`))
    );
  };
  return {
    paths: entries.filter(({ type }) => type !== 'root').map(({ path }) => path),
    has: (name) =>
      entries.some(({ path }) => `/${path}`.toLowerCase().endsWith(`/${name.toLowerCase()}`)),
    read: (name) => {
      const entry = find(name);
      if (entry === undefined) return undefined;
      return readChain(entry.size < cutoff ? small : sectors, entry.start, entry.size);
    },
  };
}

function largeSectors(bytes: Buffer, size: number): Sectors {
  const table = readTable(bytes, size);
  return {
    bytes: bytes.subarray(size),
    size,
    next: (sector) => table[sector] ?? endOfChain,
  };
}

function smallSectors(bytes: Buffer, table: Buffer): Sectors {
  return {
    bytes,
    size: 64,
    next: (sector) =>
      sector * 4 + 4 <= table.length ? table.readUInt32LE(sector * 4) : endOfChain,
  };
}

/** Which sector follows which: the table stands in sectors that the header and its chain list. */
function readTable(bytes: Buffer, size: number): Uint32Array {
  const count = Math.ceil(bytes.length / size);
  const table = new Uint32Array(count).fill(endOfChain);
  const perSector = size / 4;
  let filled = 0;
  for (const sector of tableSectors(bytes, size)) {
    const at = (sector + 1) * size;
    for (let i = 0; i < perSector && filled + i < count && at + i * 4 + 4 <= bytes.length; i++) {
      table[filled + i] = bytes.readUInt32LE(at + i * 4);
    }
    filled += perSector;
    if (filled >= count) break;
  }
  return table;
}

function* tableSectors(bytes: Buffer, size: number): Generator<number> {
  for (let at = 76; at < 512; at += 4) {
    const sector = bytes.readUInt32LE(at);
    if (sector < most) yield sector;
  }
  let sector = bytes.readUInt32LE(68);
  for (let steps = 0; sector < most && steps <= bytes.length / size; steps++) {
    const at = (sector + 1) * size;
    if (at + size > bytes.length) return;
    for (let i = 0; i < size - 4; i += 4) {
      const listed = bytes.readUInt32LE(at + i);
      if (listed < most) yield listed;
    }
    sector = bytes.readUInt32LE(at + size - 4);
  }
}

function readChain(sectors: Sectors, start: number, length = Infinity): Buffer {
  const { bytes, size, next } = sectors;
  const chunks: Buffer[] = [];
  const seen = new Set<number>();
  let got = 0;
  for (let sector = start; sector < most && got < length && !seen.has(sector);) {
    seen.add(sector);
    const chunk = bytes.subarray(sector * size, (sector + 1) * size);
    if (chunk.length === 0) break;
    chunks.push(chunk);
    got += chunk.length;
    sector = next(sector);
  }
  const all = Buffer.concat(chunks);
  return all.length > length ? all.subarray(0, length) : all;
}
