import type { Piece } from '../extract/found.ts';
import { measureWords } from './judge-words.ts';
import { mapEdges } from './matrix.ts';
import type { Edges, Paragraph } from './parse-table.ts';
import type { Seen } from './read-picture.ts';

export type SeenPiece = Piece & {
  /** From 0 to 1. */
  readonly confidence: number;
};

/** What was read as pieces of text, a paragraph each, with where it stands in the picture. */
export function gatherPieces({ paragraphs, toShares }: Seen): SeenPiece[] {
  return paragraphs.map((paragraph) => {
    const words = paragraph.lines.flatMap((line) => line.words);
    const [left, top, right, bottom] = mapEdges(edgesOf(paragraph), toShares).map(toShare);
    return {
      // Lines stay lines: where a word is divided at an end, both halves can be seen to belong together.
      text: paragraph.lines.map((line) => line.words.map(({ text }) => text).join(' ')).join('\n'),
      place: {
        box: [
          left ?? 0,
          top ?? 0,
          round((right ?? 1) - (left ?? 0)),
          round((bottom ?? 1) - (top ?? 0)),
        ],
      },
      confidence: Math.round(measureWords(words).sureness) / 100,
    };
  });
}

function edgesOf({ lines }: Paragraph): Edges {
  const all = lines.flatMap((line) => line.words.map(({ edges }) => edges));
  return [
    Math.min(...all.map(([left]) => left)),
    Math.min(...all.map(([, top]) => top)),
    Math.max(...all.map(([, , right]) => right)),
    Math.max(...all.map(([, , , bottom]) => bottom)),
  ];
}

const round = (share: number) => Math.round(share * 10_000) / 10_000;
const toShare = (share: number) => round(Math.min(1, Math.max(0, share)));
