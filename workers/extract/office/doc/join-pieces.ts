import { Refusal } from '../../found.ts';
import { decodePage } from '../code-pages.ts';
import { chooseCodePage, isMostlyHigh } from './choose-code-page.ts';
import type { Header } from './read-header.ts';
import { readPieces, type TextPiece } from './read-pieces.ts';

/** All text in order, and for each character where in the file it stands. */
export function joinPieces(document: Buffer, table: Buffer, header: Header) {
  const fonts = table.subarray(header.fonts.at, header.fonts.at + header.fonts.length);
  const page = chooseCodePage(header, fonts);
  const listed = readPieces(table, header.pieces, header);
  const length = header.stories.reduce((sum, story) => sum + story.length, 0);
  const pieces =
    listed.length > 0 ? listed : [{ at: header.textAt, characters: length, isWide: false }];
  const texts: string[] = [];
  const starts: { character: number; at: number; width: number }[] = [];
  let isWhole = header.isOld || listed.length > 0;
  let character = 0;
  for (const piece of pieces) {
    const width = piece.isWide ? 2 : 1;
    const bytes = document.subarray(piece.at, piece.at + piece.characters * width);
    if (bytes.length < piece.characters * width) isWhole = false;
    const text = decodePiece(bytes, piece, header.isOld ? page : westernOr(page, bytes));
    texts.push(text);
    starts.push({ character, at: piece.at, width });
    character += text.length;
    if (character > mostCharacters) throw tooLong();
  }
  return { text: texts.join(''), places: placeFinder(starts), isWhole };
}

const mostCharacters = 100_000_000;

function tooLong(): Refusal {
  return new Refusal('too_large', 'This document holds more text than can be read.');
}

/** Since Word 97 such text is Western by definition, but not every program kept to it. */
function westernOr(page: number, bytes: Buffer): number {
  return page === 1251 && isMostlyHigh(bytes) ? 1251 : 1252;
}

function decodePiece(bytes: Buffer, piece: TextPiece, page: number): string {
  if (piece.isWide) return bytes.toString('utf16le');
  const text = decodePage(bytes, page);
  // Places are counted in bytes: where two make a character, filling keeps the count.
  return text.length === bytes.length ? text : padWide(bytes, page);
}

/** Decodes text of one or two bytes a character so that it has as many characters as bytes. */
function padWide(bytes: Buffer, page: number): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    const isLead = byte >= 0x81 && !(page === 932 && byte >= 0xa1 && byte <= 0xdf);
    if (!isLead) {
      text += decodePage(bytes.subarray(i, i + 1), page);
      continue;
    }
    const pair = decodePage(bytes.subarray(i, i + 2), page);
    text += pair.slice(0, 2).padEnd(2, '\u0000');
    i++;
  }
  return text;
}

function placeFinder(starts: readonly { character: number; at: number; width: number }[]) {
  return (character: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle]?.character ?? 0) <= character) low = middle;
      else high = middle - 1;
    }
    const start = starts[low];
    return start === undefined ? -1 : start.at + (character - start.character) * start.width;
  };
}
