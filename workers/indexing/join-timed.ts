import type { Page } from '@lectern/db/postgres/pages';

type Section = Pick<Page, 'text' | 'place'>;
type Timed = Section & { readonly place: { readonly startTime: number; readonly endTime: number } };

/** A section begins so often, and is so long: what is said at the end of one is said in the next as well. */
const stepS = 45;
const lengthS = 60;

export function isTimed(piece: Section): piece is Timed {
  return piece.place.startTime !== undefined && piece.place.endTime !== undefined;
}

/**
 * What is said in about a minute as one text. Which minute something belongs to follows from its own time
 * alone, so that a change of one passage changes one or two sections, and no others.
 */
export function joinTimed(pieces: readonly Timed[]): Section[] {
  const minutes = new Map<number, Timed[]>();
  for (const piece of pieces) {
    for (const minute of minutesOf(piece.place.startTime)) {
      minutes.set(minute, [...(minutes.get(minute) ?? []), piece]);
    }
  }
  return [...minutes]
    .toSorted(([a], [b]) => a - b)
    .filter(([minute, own]) => own.some((piece) => minutesOf(piece.place.startTime)[0] === minute))
    .map(([, own]) => join(own));
}

/** First the one that nothing comes before. */
function minutesOf(second: number): number[] {
  const last = Math.floor(second / stepS);
  const isInBoth = last > 0 && second < (last - 1) * stepS + lengthS;
  return isInBoth ? [last - 1, last] : [last];
}

function join(pieces: readonly Timed[]): Section {
  return {
    text: pieces.map(({ text }) => text).join(' '),
    place: {
      startTime: pieces[0]?.place.startTime ?? 0,
      endTime: Math.max(...pieces.map(({ place }) => place.endTime)),
    },
  };
}
