import type { Range } from './read-header.ts';

/** What a paragraph is, told by where in the file its last character stands. */
export type ParagraphLook = {
  /** 1 to 9 for headings, 0 for all else. */
  readonly level: number;
  readonly endsRow: boolean;
};

type Run = { readonly from: number; readonly to: number } & ParagraphLook;

const pageBytes = 512;
const plain: ParagraphLook = { level: 0, endsRow: false };

/** Headings and the ends of rows; what is not known is plain. */
export function readParagraphs(
  document: Buffer,
  table: Buffer,
  { range, isOld }: { range: Range; isOld: boolean },
): (at: number) => ParagraphLook {
  const runs = listPages(table.subarray(range.at, range.at + range.length), isOld)
    .flatMap((page) => readPage(document.subarray(page * pageBytes, (page + 1) * pageBytes), isOld))
    .sort((a, b) => a.from - b.from);
  return (at) => {
    let low = 0;
    let high = runs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const run = runs[middle];
      if (run === undefined) break;
      if (at < run.from) high = middle - 1;
      else if (at >= run.to) low = middle + 1;
      else return run;
    }
    return plain;
  };
}

function listPages(list: Buffer, isOld: boolean): number[] {
  const width = isOld ? 2 : 4;
  const count = Math.max(0, Math.floor((list.length - 4) / (4 + width)));
  const pages: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = (count + 1) * 4 + i * width;
    pages.push(isOld ? list.readUInt16LE(at) : list.readUInt32LE(at) & 0x3fffff);
  }
  return pages;
}

function readPage(page: Buffer, isOld: boolean): Run[] {
  if (page.length < pageBytes) return [];
  const count = page[511] ?? 0;
  const width = isOld ? 7 : 13;
  const runs: Run[] = [];
  if ((count + 1) * 4 + count * width > 511) return runs;
  for (let i = 0; i < count; i++) {
    const offset = (page[(count + 1) * 4 + i * width] ?? 0) * 2;
    const run = { from: page.readUInt32LE(i * 4), to: page.readUInt32LE(i * 4 + 4) };
    runs.push({ ...run, ...(offset === 0 ? plain : readLook(page, offset, isOld)) });
  }
  return runs;
}

function readLook(page: Buffer, offset: number, isOld: boolean): ParagraphLook {
  let at = offset;
  let length = (page[at++] ?? 0) * 2;
  if (!isOld) {
    if (length === 0) length = (page[at++] ?? 0) * 2;
    else length -= 1;
  }
  const properties = page.subarray(at, Math.min(at + length, 511));
  if (properties.length < 2) return plain;
  const style = isOld ? (properties[0] ?? 0) : properties.readUInt16LE(0);
  const changes = properties.subarray(isOld ? 7 : 2);
  const named = style >= 1 && style <= 9 ? style : 0;
  if (isOld) return { level: named, endsRow: changes.includes(Buffer.from([25, 1])) };
  const outline = valueOf(changes, 0x2640);
  return {
    level: outline === undefined ? named : outline < 9 ? outline + 1 : 0,
    endsRow: valueOf(changes, 0x2417) === 1,
  };
}

/** The bytes that follow each change of a property are told by its upper bits. */
const sizes = [1, 1, 2, 4, 2, 2, 0, 3];

function valueOf(changes: Buffer, wanted: number): number | undefined {
  let at = 0;
  while (at + 3 <= changes.length) {
    const change = changes.readUInt16LE(at);
    if (change === wanted) return changes[at + 2];
    const size = sizes[change >> 13] ?? 0;
    const isLong = change === 0xd608 || change === 0xd606;
    at +=
      2 +
      (size > 0
        ? size
        : isLong && at + 4 <= changes.length
          ? 1 + changes.readUInt16LE(at + 2)
          : 1 + (changes[at + 2] ?? 0));
  }
  return undefined;
}
