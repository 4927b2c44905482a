import { Refusal } from '../found.ts';
import { inflatePart, type Part } from './inflate-part.ts';
import { listEntries, type Entry } from './list-entries.ts';
import { openSource, readSource, type OpenSource, type Source } from './open-source.ts';
import { salvageEntries } from './salvage-entries.ts';

export type Zip = {
  readonly names: readonly string[];
  /** False where the directory was lost and the parts were looked for. */
  readonly isWhole: boolean;
  readonly read: (name: string, mostBytes?: number) => Promise<Part | undefined>;
  readonly close: () => Promise<void>;
};

const megabyte = 1024 * 1024;
/** Of one part of XML; a book has some ten. */
const mostPartBytes = 128 * megabyte;
/** Of all parts that are read. */
const mostTotalBytes = 768 * megabyte;
/** Real parts of many megabytes do not pack better than this. */
const mostRatio = 400;

/**
 * A zip whose parts are read by name, each at most once or twice, within limits on what really comes
 * out. A zip without its directory is searched for what is left of it.
 */
export async function openZip(source: Source): Promise<Zip> {
  const { entries, isWhole, close } = await findEntries(source);
  const byName = new Map<string, Entry>();
  for (const entry of entries) {
    const key = entry.name.toLowerCase();
    if (!byName.has(key)) byName.set(key, entry);
  }
  const opened = await openSource(source);
  let left = mostTotalBytes;
  return {
    names: [...byName.values()].map(({ name }) => name),
    isWhole,
    read: async (name, mostBytes = mostPartBytes) => {
      const entry = byName.get(name.toLowerCase());
      if (entry === undefined) return undefined;
      const part = await readEntry(opened, entry, Math.min(mostBytes, left));
      left -= part.bytes.length;
      if (left <= 0) throw tooMuch();
      return part;
    },
    close: async () => {
      close();
      await opened.close();
    },
  };
}

async function findEntries(source: Source) {
  try {
    return { ...(await listEntries(source)), isWhole: true };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const bytes = await readSource(source);
    return { entries: salvageEntries(bytes), close: () => undefined, isWhole: false };
  }
}

async function readEntry(source: OpenSource, entry: Entry, mostBytes: number): Promise<Part> {
  if (entry.isEncrypted) {
    throw new Refusal(
      'password_protected',
      'This file is protected with a password. Save it without one and upload it again.',
    );
  }
  const range = await entry.range().catch(() => undefined);
  if (range === undefined || (entry.method !== 0 && entry.method !== 8)) {
    return { bytes: Buffer.alloc(0), packedBytes: 0, isWhole: false };
  }
  const packed = await source.read(range.at, range.length);
  if (entry.method === 0) {
    return {
      bytes: packed.subarray(0, mostBytes),
      packedBytes: packed.length,
      isWhole: packed.length === range.length && packed.length <= mostBytes,
    };
  }
  const part = await inflatePart(packed, mostBytes);
  if (part.bytes.length > 16 * megabyte && part.bytes.length > part.packedBytes * mostRatio) {
    throw tooMuch();
  }
  return part;
}

function tooMuch(): Refusal {
  return new Refusal(
    'expands_too_much',
    'This file unpacks to far more than a document holds, so it was not read.',
  );
}
