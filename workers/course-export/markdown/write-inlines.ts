import { isDeepStrictEqual } from 'node:util';
import type { Mark, RichNode } from '@lectern/db/graph/rich-text';
import { nameOf, textAttr } from '../rich-nodes.ts';
import { besideEachOther } from './beside-each-other.ts';
import { escapeText, writeAddress, writeCode } from './escape-text.ts';

/** Where links lead to from the file that is written; undefined for what leads nowhere. */
export type FindAddress = (href: string) => string | undefined;

export type InlineOptions = { readonly findAddress: FindAddress; readonly lineBreak: string };

type Piece = { readonly node: RichNode; readonly marks: readonly Mark[] };

export function writeInlines(nodes: readonly RichNode[], options: InlineOptions): string {
  return writePieces(nodes.map(asPiece), options);
}

const writtenMarks = new Set(['bold', 'italic', 'strike', 'link']);
const otherNames: Readonly<Record<string, string>> = {
  strong: 'bold',
  em: 'italic',
  emphasis: 'italic',
  strikethrough: 'strike',
  s: 'strike',
};

function asPiece(node: RichNode): Piece {
  const marks = (node.marks ?? []).map((mark) => {
    const type = otherNames[mark.type] ?? mark.type;
    return type === mark.type ? mark : { ...mark, type };
  });
  return { node, marks };
}

/** What looks the same is written together: first the mark that goes furthest. */
function writePieces(pieces: readonly Piece[], options: InlineOptions): string {
  const written: string[] = [];
  // The run before may still change: by what stands beside it.
  let last = '';
  for (let i = 0; i < pieces.length;) {
    const { mark, end } = findLongest(pieces, i);
    const run = pieces.slice(i, end);
    const isAfterStar = last.endsWith('*');
    const next =
      mark === undefined
        ? run.map((one) => writePiece(one, options)).join('')
        : wrap(mark, writePieces(without(mark, run), options), { ...options, isAfterStar });
    i = end;
    if (next === '') continue;
    const [before, after] = besideEachOther(last, next);
    written.push(before);
    last = after;
  }
  return written.join('') + last;
}

function without(mark: Mark, pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map(({ node, marks }) => ({
    node,
    marks: marks.filter((one) => one !== mark && !isDeepStrictEqual(one, mark)),
  }));
}

function findLongest(pieces: readonly Piece[], start: number) {
  let mark: Mark | undefined;
  let end = start + 1;
  for (const candidate of pieces[start]?.marks ?? []) {
    if (!writtenMarks.has(candidate.type)) continue;
    let reach = start + 1;
    while (pieces[reach]?.marks.some((one) => isDeepStrictEqual(one, candidate))) reach++;
    if (mark !== undefined && reach <= end) continue;
    mark = candidate;
    end = reach;
  }
  return { mark, end };
}

/** Spaces at the edges stand outside: inside they would keep the mark from being one. */
function wrap(
  mark: Mark,
  inner: string,
  { findAddress, isAfterStar }: InlineOptions & { readonly isAfterStar: boolean },
): string {
  const words = inner.trim();
  if (words === '') return inner;
  const at = inner.indexOf(words);
  const [before, after] = [inner.slice(0, at), inner.slice(at + words.length)];
  if (mark.type !== 'link') {
    // One star after another would be one sign; so the other sign stands there.
    const star = isAfterStar && before === '' ? '_' : '*';
    const sign = mark.type === 'strike' ? '~~' : star.repeat(mark.type === 'bold' ? 2 : 1);
    return `${before}${sign}${words}${sign}${after}`;
  }
  const address = findAddress(textAttr(mark, 'href'));
  if (address === undefined) return inner;
  return `${before}[${words}](${writeAddress(address, textAttr(mark, 'title'))})${after}`;
}

function writePiece({ node, marks }: Piece, options: InlineOptions): string {
  const { text, content = [] } = node;
  if (text !== undefined) {
    const isCode = marks.some(({ type }) => type === 'code');
    return isCode ? writeCode(text) : escapeText(text);
  }
  const name = nameOf(node);
  if (name === 'hardbreak') return options.lineBreak;
  if (name === 'image') return writeImage(node, options.findAddress);
  return writeInlines(content, options);
}

export function writeImage(node: RichNode, findAddress: FindAddress): string {
  const alt = escapeText(textAttr(node, 'alt'));
  const src = findAddress(textAttr(node, 'src'));
  return src === undefined ? alt : `![${alt}](${writeAddress(src, textAttr(node, 'title'))})`;
}
