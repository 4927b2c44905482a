import type { Piece } from '../found.ts';

export type Section = {
  readonly text: string;
  /** 1 to 9 for headings, 0 for all else. */
  readonly level: number;
  readonly endsPage?: boolean;
};

/** About a page of text. */
const unitLength = 3_000;
/** A piece that is longer is cut, so that a place stays near to what it names. */
const pieceLength = 8_000;
const mostPieces = 900;

export type Unit = { readonly unit: number; readonly pieces: readonly Piece[] };

/** Gathers paragraphs into stretches of about a page, each under its headings; counts up. */
export class UnitCutter {
  #unit = 1;
  #pieces: Piece[] = [];
  #length = 0;
  #headings: { level: number; text: string }[] = [];

  /** Where the next paragraph will stand. */
  get place(): { unit: number; heading: string | undefined } {
    return { unit: this.#unit, heading: this.#path() };
  }

  /** The units that are full once this is added. */
  add({ text, level, endsPage = false }: Section): Unit[] {
    const units: Unit[] = [];
    const line = text.replace(/\s+/g, ' ').trim();
    if (level > 0 && line !== '') {
      if (this.#length > 0) units.push(...this.flush());
      this.#headings = this.#headings.filter((heading) => heading.level < level);
      this.#headings.push({ level, text: line.slice(0, 200).toWellFormed() });
    }
    const heading = this.#path();
    for (const piece of cutText(text)) {
      if (this.#length + piece.length > unitLength && this.#length > unitLength / 3) {
        units.push(...this.flush());
      }
      this.#pieces.push({ text: piece, place: heading === undefined ? {} : { heading } });
      this.#length += piece.length;
      if (this.#pieces.length >= mostPieces) units.push(...this.flush());
    }
    if (endsPage) units.push(...this.flush());
    return units;
  }

  /** What comes now stands under no heading. */
  leaveHeadings(): Unit[] {
    this.#headings = [];
    return this.flush();
  }

  flush(): Unit[] {
    if (this.#pieces.length === 0) return [];
    const unit = { unit: this.#unit, pieces: this.#pieces };
    this.#unit++;
    this.#pieces = [];
    this.#length = 0;
    return [unit];
  }

  #path(): string | undefined {
    const path = this.#headings.map(({ text }) => text).join(' › ');
    return path === '' ? undefined : path;
  }
}

function cutText(text: string): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > pieceLength) {
    const at = cutAt(rest);
    pieces.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return rest === '' ? pieces : [...pieces, rest];
}

/** After a line, else between two words, and never within a character. */
function cutAt(text: string): number {
  for (const mark of ['\n', ' ']) {
    const at = text.lastIndexOf(mark, pieceLength);
    if (at > pieceLength / 2) return at;
  }
  return /[\ud800-\udbff]/.test(text.charAt(pieceLength - 1)) ? pieceLength - 1 : pieceLength;
}
