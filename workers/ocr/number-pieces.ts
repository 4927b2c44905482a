import type { Page } from '@lectern/db/postgres/pages';
import type { Place } from '@lectern/db/postgres/tables';
import type { SeenPiece } from './gather-pieces.ts';

/** Pieces as rows from `first` on; when there are more than `most`, the last row holds the rest. */
export function numberPieces(
  pieces: readonly SeenPiece[],
  { first, most }: { readonly first: number; readonly most: number },
): Page[] {
  const single = pieces.slice(0, most - 1);
  const rest = pieces.slice(most - 1);
  const joined = rest.length === 0 ? [] : [joinPieces(rest)];
  return [...single, ...joined].map((piece, i) => ({ ...piece, number: first + i }));
}

/** What stands on a page that was read as a whole. */
export function placeOn(pieces: readonly SeenPiece[], page: Place): SeenPiece[] {
  return pieces.map((piece) => ({ ...piece, place: { ...page, ...piece.place } }));
}

/** Where a picture stands on its page, what stands in it stands too. */
export function placeWithin(pieces: readonly SeenPiece[], outer: Place): SeenPiece[] {
  return pieces.map((piece) => {
    const inner = piece.place.box;
    const { box: frame } = outer;
    if (inner === undefined || frame === undefined) {
      // Shares of a picture say nothing about the page that it is on.
      return { ...piece, place: outer };
    }
    const [left, top, width, height] = frame;
    const box = [
      left + inner[0] * width,
      top + inner[1] * height,
      inner[2] * width,
      inner[3] * height,
    ] as const;
    return { ...piece, place: { ...outer, box } };
  });
}

function joinPieces(pieces: readonly SeenPiece[]): SeenPiece {
  const [first] = pieces;
  const letters = pieces.reduce((sum, { text }) => sum + text.length, 0);
  const sure = pieces.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0);
  return {
    text: pieces.map(({ text }) => text).join('\n'),
    place: first?.place ?? {},
    confidence: letters === 0 ? 0 : Math.round((100 * sure) / letters) / 100,
  };
}
