const sectorBytes = 512;
const endOfChain = 0xfffffffe;
const tableSector = 0xfffffffd;
const none = 0xffffffff;

/** A container of the older Office formats with streams at its top; each takes whole sectors. */
export function makeCompoundFile(streams: Readonly<Record<string, Buffer>>): Buffer {
  // Shorter ones would be kept in a place of their own.
  const padded = Object.entries(streams).map(([name, bytes]) => ({
    name,
    bytes:
      bytes.length < 4_096 ? Buffer.concat([bytes, Buffer.alloc(4_096 - bytes.length)]) : bytes,
  }));
  const directorySectors = Math.ceil(((padded.length + 1) * 128) / sectorBytes);
  const counts = padded.map(({ bytes }) => Math.ceil(bytes.length / sectorBytes));
  const used = directorySectors + counts.reduce((sum, count) => sum + count, 0);
  const tableSectors = Math.ceil((used + 8) / (sectorBytes / 4 - 1));
  const table = Buffer.alloc(tableSectors * sectorBytes, 0xff);
  let next = tableSectors;
  const chain = (count: number): number => {
    const start = next;
    for (let i = 0; i < count; i++, next++) {
      table.writeUInt32LE(i === count - 1 ? endOfChain : next + 1, next * 4);
    }
    return start;
  };
  for (let i = 0; i < tableSectors; i++) table.writeUInt32LE(tableSector, i * 4);
  const directoryAt = chain(directorySectors);
  const placed = padded.map((stream, i) => ({ ...stream, start: chain(counts[i] ?? 1) }));
  return Buffer.concat([
    makeHeader(tableSectors, directoryAt),
    table,
    padTo(makeDirectory(placed), directorySectors * sectorBytes),
    ...placed.map(({ bytes }, i) => padTo(bytes, (counts[i] ?? 1) * sectorBytes)),
  ]);
}

function makeHeader(tableSectors: number, directoryAt: number): Buffer {
  const header = Buffer.alloc(sectorBytes);
  header.write('d0cf11e0a1b11ae1', 'hex');
  header.writeUInt16LE(0x3e, 24);
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(tableSectors, 44);
  header.writeUInt32LE(directoryAt, 48);
  header.writeUInt32LE(4_096, 56);
  header.writeUInt32LE(endOfChain, 60);
  header.writeUInt32LE(endOfChain, 68);
  header.fill(0xff, 76);
  for (let i = 0; i < tableSectors; i++) header.writeUInt32LE(i, 76 + i * 4);
  return header;
}

type Placed = { readonly name: string; readonly bytes: Buffer; readonly start: number };

/** The streams hang one under the other, to the right. */
function makeDirectory(streams: readonly Placed[]): Buffer {
  const entry = (name: string, type: number, fields: Readonly<Record<number, number>>) => {
    const bytes = Buffer.alloc(128);
    bytes.write(name, 'utf16le');
    bytes.writeUInt16LE(name.length * 2 + 2, 64);
    bytes.writeUInt8(type, 66);
    for (const at of [68, 72, 76]) bytes.writeUInt32LE(none, at);
    for (const [at, value] of Object.entries(fields)) bytes.writeUInt32LE(value, Number(at));
    return bytes;
  };
  return Buffer.concat([
    entry('Root Entry', 5, { 76: streams.length > 0 ? 1 : none, 116: endOfChain }),
    ...streams.map(({ name, bytes, start }, i) =>
      entry(name, 2, {
        72: i + 1 < streams.length ? i + 2 : none,
        116: start,
        120: bytes.length,
      }),
    ),
  ]);
}

function padTo(bytes: Buffer, size: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, size - bytes.length))]);
}
