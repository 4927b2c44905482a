import type { Place } from '@lectern/db/postgres/tables';

/** A stretch of text that belongs together, such as a paragraph or a table, with where it stands. */
export type Piece = { readonly text: string; readonly place: Place };

/** What a reader tells of a file while it goes through it. */
export type Found =
  /** What the file says of itself, and what it holds. */
  | {
      readonly kind: 'about';
      readonly title?: string;
      readonly author?: string;
      /** As the file claims it. */
      readonly language?: string;
      readonly pages?: number;
    }
  /** All the text of one page or slide; `unit` is its number, and counts up where there are none. */
  | { readonly kind: 'text'; readonly unit: number; readonly pieces: readonly Piece[] }
  /** A page that has to be looked at to be read. */
  | {
      readonly kind: 'scan';
      readonly unit: number;
      readonly place: Place;
      readonly why: 'no_text' | 'garbage';
    }
  /** A picture that may hold text, in the folder that the reader was given. */
  | {
      readonly kind: 'picture';
      readonly unit: number;
      readonly place: Place;
      readonly fileName: string;
    }
  /** Something could not be read; the rest can. `message` is for the file's owner. */
  | { readonly kind: 'loss'; readonly code: string; readonly message: string };

/** Why nothing of a file can be read, in words for its owner. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export type Reading = {
  /** Where the reader may write pictures; nowhere else. */
  readonly folder: string;
  readonly signal: AbortSignal;
};

export type Read = (file: string, reading: Reading) => AsyncGenerator<Found, void, void>;
