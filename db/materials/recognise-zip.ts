import { constants, inflateRawSync } from 'node:zlib';
import type { Look, OfficeFormat } from './recognise-office.ts';

const localMark = Buffer.from('PK\x03\x04', 'latin1');
const listMark = Buffer.from('PK\x01\x02', 'latin1');
const mostNames = 2_000;

/** By the content types that the zip declares, else by the names of its parts. */
export function recogniseZip({ head, tail }: Look): OfficeFormat | undefined {
  if (!head.subarray(0, 4).equals(localMark)) return undefined;
  const inHead = localEntries(head);
  const declared = inHead.find(({ name }) => name === '[Content_Types].xml');
  const types = declared === undefined ? '' : unpack(head.subarray(declared.start));
  const names = [...inHead.map(({ name }) => name), ...listedNames(tail)];
  // An open document names its type first, and says so nowhere else.
  if (names[0] === 'mimetype') return undefined;
  return formatOfTypes(types) ?? (isPackage(names) ? formatOfNames(names) : undefined);
}

function formatOfTypes(types: string): OfficeFormat | undefined {
  if (/wordprocessingml\.(document|template)\.main\+xml/.test(types)) return 'docx';
  if (/ms-word\.(document|template)\.macroEnabled(Template)?\.main\+xml/i.test(types))
    return 'docx';
  if (/presentationml\.(presentation|slideshow|template)\.main\+xml/.test(types)) return 'pptx';
  if (/ms-powerpoint\.\w+\.macroEnabled\.main\+xml/i.test(types)) return 'pptx';
  return undefined;
}

function isPackage(names: readonly string[]): boolean {
  return names.includes('[Content_Types].xml') || names.includes('_rels/.rels');
}

function formatOfNames(names: readonly string[]): OfficeFormat | undefined {
  if (names.some((name) => name.startsWith('xl/'))) return undefined;
  if (names.some((name) => /^word\/(document\d*|styles|settings|fontTable)\.xml$/.test(name))) {
    return 'docx';
  }
  const isDeck = (name: string) =>
    /^ppt\/(presentation\.xml|slides\/slide\d+\.xml|slideMasters\/)/.test(name);
  return names.some(isDeck) ? 'pptx' : undefined;
}

/** What stands before each part: its name, and where its packed bytes begin. */
function localEntries(bytes: Buffer): { name: string; start: number }[] {
  const entries: { name: string; start: number }[] = [];
  let at = bytes.indexOf(localMark);
  while (at >= 0 && at + 30 <= bytes.length && entries.length < mostNames) {
    const nameEnd = at + 30 + bytes.readUInt16LE(at + 26);
    const start = nameEnd + bytes.readUInt16LE(at + 28);
    if (nameEnd <= bytes.length) entries.push({ name: nameAt(bytes, at + 30, nameEnd), start });
    at = bytes.indexOf(localMark, at + 4);
  }
  return entries;
}

function listedNames(tail: Buffer | undefined): string[] {
  const names: string[] = [];
  if (tail === undefined) return names;
  let at = tail.indexOf(listMark);
  while (at >= 0 && at + 46 <= tail.length && names.length < mostNames) {
    const nameEnd = at + 46 + tail.readUInt16LE(at + 28);
    if (nameEnd <= tail.length) names.push(nameAt(tail, at + 46, nameEnd));
    at = tail.indexOf(listMark, at + 4);
  }
  return names;
}

function nameAt(bytes: Buffer, from: number, to: number): string {
  return bytes
    .toString('utf8', from, Math.min(to, from + 200))
    .replaceAll('\\', '/')
    .replace(/^\//, '');
}

/** As much as there is of it: the head may end within. */
function unpack(packed: Buffer): string {
  // A part that is not packed stands there in clear.
  if (packed[0] === 0x3c || packed[0] === 0xef) return packed.toString('utf8');
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 4 * 1024 * 1024 };
    return inflateRawSync(packed, options).toString('utf8');
  } catch {
    // No part of ours; its neighbours' names may still tell.
    return '';
  }
}
