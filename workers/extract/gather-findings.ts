import type { FileFacts } from '@lectern/db/postgres/material-source';
import type { Page } from '@lectern/db/postgres/pages';
import type { Scan } from '@lectern/db/postgres/scans';
import type { Found } from './found.ts';

/** Of one page or slide: what is read from pictures on it later comes after its text. */
const numbersPerUnit = 1_000;
const mostPieces = 500;

export type Findings = {
  readonly facts: FileFacts;
  readonly pages: readonly Page[];
  readonly scans: readonly Scan[];
  readonly losses: readonly { readonly code: string; readonly message: string }[];
};

type Options = {
  readonly found: AsyncIterable<Found>;
  /** Keeps a picture that the reader wrote; gives its key. */
  readonly keepPicture: (
    picture: Extract<Found, { kind: 'picture' }>,
    n: number,
  ) => Promise<string>;
  readonly progress: (fraction: number) => void;
};

/** What a reader finds, numbered so that what is read from pictures later finds its place. */
export async function gatherFindings({ found, keepPicture, progress }: Options): Promise<Findings> {
  const facts: FileFacts = {};
  const pages: Page[] = [];
  const scans: Scan[] = [];
  const losses: { code: string; message: string }[] = [];
  const pictures = new Map<number, number>();
  for await (const one of found) {
    if (one.kind === 'about') Object.assign(facts, factsOf(one));
    if (one.kind === 'loss') losses.push({ code: one.code, message: one.message });
    if (one.kind === 'text') {
      pages.push(...numberPieces(one));
      if (facts.pages) progress(one.unit / facts.pages);
    }
    if (one.kind === 'scan') {
      const number = one.unit * numbersPerUnit + mostPieces;
      scans.push({ number, place: one.place, why: one.why, object_key: null });
    }
    if (one.kind === 'picture') {
      const nth = (pictures.get(one.unit) ?? 0) + 1;
      pictures.set(one.unit, nth);
      // Each takes ten numbers.
      if (nth >= (numbersPerUnit - mostPieces) / 10) continue;
      const number = one.unit * numbersPerUnit + mostPieces + nth * 10;
      const object_key = await keepPicture(one, number);
      scans.push({ number, place: one.place, why: 'picture', object_key });
    }
  }
  return { facts, pages, scans, losses };
}

function factsOf({ title, author, pages }: Extract<Found, { kind: 'about' }>): FileFacts {
  return { ...(title && { title }), ...(author && { author }), ...(pages && { pages }) };
}

function numberPieces({ unit, pieces }: Extract<Found, { kind: 'text' }>): Page[] {
  const single = pieces.slice(0, mostPieces - 1);
  const rest = pieces.slice(mostPieces - 1);
  const [first] = rest;
  const all = first
    ? [...single, { text: rest.map(({ text }) => text).join('\n'), place: first.place }]
    : single;
  return all.map(({ text, place }, i) => ({
    number: unit * numbersPerUnit + i,
    text: text.replaceAll('\0', '').toWellFormed(),
    place,
  }));
}
