import type { Page } from '@lectern/db/postgres/pages';
import { splitAtHeadings } from './split-at-headings.ts';

/** A piece that is longer is cut at a paragraph, so that a place stays near to what it names. */
const mostCharacters = 20_000;

/** Cuts text into pieces; with headings, each begins one, and its place says which. */
export function splitPages(text: string, { hasHeadings }: { hasHeadings: boolean }): Page[] {
  const sections = hasHeadings ? splitAtHeadings(text) : [{ text, heading: undefined }];
  return sections
    .flatMap(({ text: section, heading }) =>
      splitAtParagraphs(section).map((piece) => ({ piece, heading })),
    )
    .filter(({ piece }) => piece.trim() !== '')
    .map(({ piece, heading }, i) => ({
      number: i + 1,
      text: piece,
      place: heading === undefined ? {} : { heading },
    }));
}

function splitAtParagraphs(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > mostCharacters) {
    const at = findCut(rest);
    pieces.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).replace(/^\s+/, '');
  }
  return [...pieces, rest.trimEnd()];
}

/** The last paragraph end within the limit, else the last line end, else the last space. */
function findCut(text: string): number {
  for (const mark of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(mark, mostCharacters);
    if (at > mostCharacters / 2) return at;
  }
  // Between two halves of one character would be a cut through it.
  const isPair = /[\ud800-\udbff]/.test(text.charAt(mostCharacters - 1));
  return isPair ? mostCharacters - 1 : mostCharacters;
}
