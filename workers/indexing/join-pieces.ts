import type { Page } from '@lectern/db/postgres/pages';
import { isTimed, joinTimed } from './join-timed.ts';

type Section = Pick<Page, 'text' | 'place'>;

/** What stands in one place as one text: paragraphs of a page are too small to be found by. */
export function joinPieces(pieces: readonly Section[]): Section[] {
  if (pieces.every(isTimed)) return joinTimed(pieces);
  const sections: { text: string; place: Section['place']; key: string }[] = [];
  for (const { text, place } of pieces) {
    const { box: _, ...rest } = place;
    const key = JSON.stringify([place.page, place.slide, place.heading]);
    const last = sections.at(-1);
    // Text without any place was cut only because it was long.
    if (last === undefined || last.key !== key || key === nowhere)
      sections.push({ text, place, key });
    else {
      last.text += `\n\n${text}`;
      last.place = rest;
    }
  }
  return sections.map(({ text, place }) => ({ text, place }));
}

const nowhere = JSON.stringify([undefined, undefined, undefined]);
