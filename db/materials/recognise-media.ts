import { isUtf8 } from 'node:buffer';
import type { MaterialKind } from '../postgres/tables.ts';
import { guessUtf16 } from './guess-utf16.ts';
import { kindOfName } from './kind-of-name.ts';
import { recogniseCaptionFile } from './recognise-captions.ts';
import { recogniseContainer } from './recognise-container.ts';
import { recogniseImage } from './recognise-image.ts';
import { recogniseOffice } from './recognise-office.ts';
import { isPdf } from './recognise-pdf.ts';
import { recogniseSound } from './recognise-sound.ts';

export type Media = {
  readonly kind: MaterialKind;
  readonly mediaType: string;
  /** Of the stored object; never taken from the sender. */
  readonly extension: string;
};

/** How many bytes of a file's beginning are looked at. */
export const headBytes = 64 * 1024;

/** What a file is, judged by its beginning; its name only tells what that leaves open, as Markdown from plain text. */
export function recogniseMedia(head: Buffer, fileName: string): Media | undefined {
  if (isPdf(head, isText)) {
    return { kind: 'document', mediaType: 'application/pdf', extension: 'pdf' };
  }
  if (!isText(head)) return recogniseBinary(head, fileName);
  if (isMisnamed(fileName)) return undefined;
  const captions = recogniseCaptionFile(head, fileName);
  if (captions !== undefined) return captions;
  if (/\.(md|markdown)$/i.test(fileName)) {
    return { kind: 'text', mediaType: 'text/markdown', extension: 'md' };
  }
  return { kind: 'text', mediaType: 'text/plain', extension: 'txt' };
}

/** Text whose name says that it is something else: it is a page of an error, or meant for another program. */
export function isMisnamedText(head: Buffer, fileName: string): boolean {
  return isMisnamed(fileName) && !isPdf(head, isText) && isText(head);
}

function isMisnamed(fileName: string): boolean {
  return (kindOfName(fileName) ?? 'text') !== 'text';
}

function recogniseBinary(head: Buffer, fileName: string): Media | undefined {
  return (
    recogniseImage(head) ??
    recogniseOffice({ head, fileName }) ??
    recogniseContainer(head, fileName) ??
    recogniseSound(head)
  );
}

/** Written with letters at first, and yet no text for reading: documents, pictures and programs. */
const otherBeginnings = ['%PDF-', '%!PS', '{\\rtf', 'GIF8', 'push graphic-context', '<?php'];

function isText(head: Buffer): boolean {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return isUtf16(head, 'utf-16le');
  if (first === 0xfe && second === 0xff) return isUtf16(head, 'utf-16be');
  const beginning = head
    .toString('latin1', 0, 64)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (otherBeginnings.some((mark) => beginning.startsWith(mark))) return false;
  const controls = head.reduce((count, byte) => count + (isControl(byte) ? 1 : 0), 0);
  // Text in an 8-bit encoding has none; what is UTF-8 throughout may have a few.
  if (controls === 0) return true;
  if (guessUtf16(head) !== undefined) return true;
  return controls * 20 < head.length && !head.includes(0) && isUtf8Head(head);
}

/** Not tab, line feed, form feed and carriage return. */
function isControl(byte: number): boolean {
  return byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13;
}

/** The end of the head may cut through a character of up to four bytes. */
function isUtf8Head(head: Buffer): boolean {
  return [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, head.length - cut)));
}

/** Text in two-byte characters has none of the values that other files are full of. */
function isUtf16(head: Buffer, encoding: 'utf-16le' | 'utf-16be'): boolean {
  const text = new TextDecoder(encoding).decode(head.subarray(0, head.length - (head.length % 2)));
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  const faults = text.match(/[\u0000-\u0008\u000e-\u001f\ufffd\uffff]/g)?.length ?? 0;
  // The end of the head may cut through a pair.
  return faults <= 1;
}
