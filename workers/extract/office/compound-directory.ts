export type CompoundEntry = {
  readonly path: string;
  readonly type: 'root' | 'folder' | 'stream';
  readonly start: number;
  readonly size: number;
};

type Raw = CompoundEntry & {
  readonly left: number;
  readonly right: number;
  readonly inner: number;
};

const types: Record<number, CompoundEntry['type']> = { 1: 'folder', 2: 'stream', 5: 'root' };
const mostEntries = 50_000;

/** The streams of a compound file; those that a broken tree does not reach stand at its top. */
export function readDirectory(bytes: Buffer): CompoundEntry[] {
  const raw: (Raw | undefined)[] = [];
  for (let at = 0; at + 128 <= bytes.length && raw.length < mostEntries; at += 128) {
    raw.push(readEntry(bytes.subarray(at, at + 128)));
  }
  const paths = new Map<number, string>();
  const queue: { index: number; folder: string }[] = [];
  const root = raw.findIndex((entry) => entry?.type === 'root');
  const visit = (index: number, folder: string) => {
    if (raw[index] !== undefined && !paths.has(index)) queue.push({ index, folder });
  };
  visit(raw[root]?.inner ?? -1, '');
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const entry = raw[at.index];
    if (entry === undefined || paths.has(at.index)) continue;
    paths.set(at.index, at.folder + entry.path);
    visit(entry.left, at.folder);
    visit(entry.right, at.folder);
    if (entry.type === 'folder') visit(entry.inner, `${at.folder}${entry.path}/`);
  }
  return raw.flatMap((entry, index) =>
    entry === undefined ? [] : [{ ...entry, path: paths.get(index) ?? entry.path }],
  );
}

function readEntry(bytes: Buffer): Raw | undefined {
  const type = types[bytes[66] ?? 0];
  if (type === undefined) return undefined;
  const nameBytes = Math.min(64, bytes.readUInt16LE(64));
  return {
    path: bytes.toString('utf16le', 0, nameBytes - (nameBytes % 2)).replaceAll('\0', ''),
    type,
    left: bytes.readUInt32LE(68),
    right: bytes.readUInt32LE(72),
    inner: bytes.readUInt32LE(76),
    start: bytes.readUInt32LE(116),
    size: bytes.readUInt32LE(120),
  };
}
