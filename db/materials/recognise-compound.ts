import type { Look, OfficeFormat } from './recognise-office.ts';

const mark = Buffer.from('d0cf11e0a1b11ae1', 'hex');

const streams = {
  word: 'WordDocument',
  slides: 'PowerPoint Document',
  locked: 'EncryptedPackage',
  others: ['Workbook', 'Book', 'VisioDocument', '__properties_version1.0', 'Quill'],
} as const;

/** Where a file of the older formats lists its streams. */
export function compoundDirectoryAt(head: Buffer): number | undefined {
  if (head.length < 512 || !head.subarray(0, 8).equals(mark)) return undefined;
  const size = head.readUInt16LE(30) === 12 ? 4096 : 512;
  return (head.readUInt32LE(48) + 1) * size;
}

/** By the names of the streams, wherever the list of them can be seen. */
export function recogniseCompound(look: Look): OfficeFormat | undefined {
  const at = compoundDirectoryAt(look.head);
  if (at === undefined) return undefined;
  const seen = [look.directory, look.head.subarray(at), look.tail].filter(
    (bytes): bytes is Buffer => bytes !== undefined && bytes.length >= 128,
  );
  for (const bytes of seen) {
    const format = formatOfNames(bytes, look.fileName);
    if (format !== 'unknown') return format;
  }
  // Word writes its own mark at the beginning of its stream, which mostly comes first.
  const first = look.head.length >= 514 ? look.head.readUInt16LE(512) : 0;
  if (first === 0xa5ec || first === 0xa5dc) return 'doc';
  return formatOfName(look.fileName);
}

function formatOfNames(bytes: Buffer, fileName: string): OfficeFormat | undefined | 'unknown' {
  const find = (name: string) => bytes.indexOf(Buffer.from(`${name}\0`, 'utf16le'));
  if (find(streams.locked) >= 0) return lockedFormat(fileName);
  // Files within a file are listed too, and after what the file itself is.
  const [first] = [
    { format: 'doc' as const, at: find(streams.word) },
    { format: 'ppt' as const, at: find(streams.slides) },
    ...streams.others.map((name) => ({ format: undefined, at: find(name) })),
  ]
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return first === undefined ? 'unknown' : first.format;
}

/** A password hides what is inside; reading it says so in words. */
function lockedFormat(fileName: string): OfficeFormat | undefined {
  if (/\.(doc|dot)[xm]?$/i.test(fileName)) return 'docx';
  return /\.(ppt|pps|pot)[xm]?$/i.test(fileName) ? 'pptx' : undefined;
}

function formatOfName(fileName: string): OfficeFormat | undefined {
  if (/\.(doc|dot)$/i.test(fileName)) return 'doc';
  return /\.(ppt|pps|pot)$/i.test(fileName) ? 'ppt' : undefined;
}
