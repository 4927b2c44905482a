import { isDeepStrictEqual } from 'node:util';
import type { Mark, RichNode } from '@lectern/db/graph/rich-text';
import { nameOf, textAttr } from '../rich-nodes.ts';
import { escapeText, writeAddress, writeCode } from './escape-text.ts';

/** Where links lead to from the file that is written; undefined for what leads nowhere. */
export type FindAddress = (href: string) => string | undefined;

export type InlineOptions = { readonly findAddress: FindAddress; readonly lineBreak: string };

type Piece = { readonly node: RichNode; readonly marks: readonly Mark[] };

export function writeInlines(nodes: readonly RichNode[], options: InlineOptions): string {
  return writePieces(nodes.map(asPiece), options);
}

const written = new Set(['bold', 'italic', 'strike', 'link']);
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
  let text = '';
  for (let i = 0; i < pieces.length;) {
    const { mark, end } = findLongest(pieces, i);
    const run = pieces.slice(i, end);
    text += mark === undefined ? run.map((one) => writePiece(one, options)).join('') : '';
    if (mark !== undefined) {
      const inner = run.map(({ node, marks }) => ({
        node,
        marks: marks.filter((one) => one !== mark && !isDeepStrictEqual(one, mark)),
      }));
      text += wrap(mark, writePieces(inner, options), options);
    }
    i = end;
  }
  return text;
}

function findLongest(pieces: readonly Piece[], start: number) {
  let mark: Mark | undefined;
  let end = start + 1;
  for (const candidate of pieces[start]?.marks ?? []) {
    if (!written.has(candidate.type)) continue;
    let reach = start + 1;
    while (pieces[reach]?.marks.some((one) => isDeepStrictEqual(one, candidate))) reach++;
    if (mark !== undefined && reach <= end) continue;
    mark = candidate;
    end = reach;
  }
  return { mark, end };
}

/** Spaces at the edges stand outside: inside they would keep the mark from being one. */
function wrap(mark: Mark, inner: string, { findAddress }: InlineOptions): string {
  const [, before = '', words = '', after = ''] = /^(\s*)([^]*?)(\s*)$/.exec(inner) ?? [];
  if (words === '') return inner;
  if (mark.type !== 'link') {
    const sign = mark.type === 'bold' ? '**' : mark.type === 'italic' ? '*' : '~~';
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
