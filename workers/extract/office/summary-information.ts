import type { CompoundFile } from './compound-file.ts';
import { cleanText } from './pptx/paragraph-text.ts';
import { decodePage } from './code-pages.ts';

export type Summary = { title?: string; author?: string; pages?: number };

/** What the older formats say of themselves. */
export function readSummary(file: CompoundFile): Summary {
  const bytes = file.read('\x05SummaryInformation');
  if (bytes === undefined || bytes.length < 48) return {};
  const start = bytes.readUInt32LE(44);
  const properties = readProperties(bytes, start);
  const at = (id: number) => properties.get(id);
  const codePage =
    bytes.length >= (at(1) ?? Infinity) + 6 ? bytes.readUInt16LE((at(1) ?? 0) + 4) : 1252;
  const title = readString(bytes, at(2), codePage);
  const author = readString(bytes, at(4), codePage) ?? readString(bytes, at(8), codePage);
  const pages = readNumber(bytes, at(14));
  return {
    ...(title !== undefined && { title }),
    ...(author !== undefined && { author }),
    ...(pages !== undefined && { pages }),
  };
}

/** Where each property's value stands, by its number. */
function readProperties(bytes: Buffer, start: number): Map<number, number> {
  const properties = new Map<number, number>();
  if (start + 8 > bytes.length) return properties;
  const count = Math.min(200, bytes.readUInt32LE(start + 4));
  for (let i = 0; i < count && start + 16 + i * 8 <= bytes.length; i++) {
    const [id, offset] = [0, 4].map((o) => bytes.readUInt32LE(start + 8 + i * 8 + o));
    if (id !== undefined && offset !== undefined) properties.set(id, start + offset);
  }
  return properties;
}

function readString(bytes: Buffer, at: number | undefined, codePage: number): string | undefined {
  if (at === undefined || at + 8 > bytes.length) return undefined;
  const type = bytes.readUInt16LE(at);
  const length = bytes.readUInt32LE(at + 4);
  const isWide = type === 0x1f || codePage === 1200;
  const raw = bytes.subarray(at + 8, at + 8 + Math.min(2_000, type === 0x1f ? length * 2 : length));
  if (type !== 0x1e && type !== 0x1f) return undefined;
  const text = (isWide ? raw.toString('utf16le') : decodePage(raw, codePage))
    .split('\0')[0]
    ?.trim();
  return text ? cleanText(text.slice(0, 500)) : undefined;
}

function readNumber(bytes: Buffer, at: number | undefined): number | undefined {
  if (at === undefined || at + 8 > bytes.length || bytes.readUInt16LE(at) !== 3) return undefined;
  const value = bytes.readInt32LE(at + 4);
  return value > 0 && value < 100_000 ? value : undefined;
}
