import type { Piece } from '../extract/found.ts';
import { mapEdges, type Matrix } from './matrix.ts';
import type { Edges, Line } from './parse-table.ts';
import type { Seen } from './read-picture.ts';

/** Letters are seen a little beside where a page says that they stand. */
const margin = 0.01;
/** Some words are read wrongly. */
const mostlySame = 0.6;
/** As a share of the page: what is printed over more of it leaves room for other words within. */
const largeBox = 0.1;

/** What was seen without what stands on the page in letters already, at the same place. */
export function leaveOutPrinted(seen: Seen, printed: readonly Piece[]): Seen {
  const known = printed.filter(({ place }) => place.box !== undefined);
  if (known.length === 0) return seen;
  const paragraphs = seen.paragraphs
    .map(({ lines }) => ({
      lines: lines
        .map((line) => known.reduce((left, piece) => without(left, piece, seen.toShares), line))
        .filter(({ words }) => words.length > 0),
    }))
    .filter(({ lines }) => lines.length > 0);
  return { ...seen, paragraphs };
}

function without(line: Line, { text, place }: Piece, toShares: Matrix): Line {
  const within = line.words.filter(({ edges }) => isWithin(mapEdges(edges, toShares), place.box));
  if (within.length === 0) return line;
  if (!isIllegible(place.box, toShares)) {
    const known = new Set(wordsOf(text));
    const said = within.flatMap((word) => wordsOf(word.text));
    const same = said.filter((word) => known.has(word));
    if (same.length < said.length * mostlySame) return line;
  }
  return { words: line.words.filter((word) => !within.includes(word)) };
}

/** What is printed is read as other words where the picture was turned against the page. */
function isIllegible(box: Piece['place']['box'], [right, down]: Matrix): boolean {
  const isTurned = right <= Math.abs(down);
  return isTurned && box !== undefined && box[2] * box[3] < largeBox;
}

function isWithin([left, top, right, bottom]: Edges, box: Piece['place']['box']): boolean {
  if (box === undefined) return false;
  const [x, y] = [(left + right) / 2 - box[0], (top + bottom) / 2 - box[1]];
  return x > -margin && y > -margin && x < box[2] + margin && y < box[3] + margin;
}

function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}
