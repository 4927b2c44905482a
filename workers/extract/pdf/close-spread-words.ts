import { OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { medianOf } from './find-gutter.ts';
import type { Run } from './list-runs.ts';

/** Letters of a page in the order in which they are drawn, without the room between them. */
type Drawn = {
  readonly letters: string;
  /** Before which of them a space was drawn. */
  readonly spaces: ReadonlySet<number>;
  /** How much room the page adds before each, in thousandths of the letters' size. */
  readonly room: readonly number[];
};

/** So much more room than between letters is room between words. */
const wordRoom = 180;

/** Words whose letters stand apart, for beauty or to fill a line, become words again. */
export async function closeSpreadWords(
  page: PDFPageProxy,
  runs: readonly Run[],
): Promise<readonly Run[]> {
  if (!runs.some(({ text }) => isSpread(text))) return runs;
  const drawn = await listDrawn(page);
  let from = 0;
  return runs.map((run) => {
    if (!isSpread(run.text) && !/^\s*\S(?: \S)+\s*$/.test(run.text)) return run;
    const letters = run.text.replaceAll(' ', '');
    const next = drawn.letters.indexOf(letters, from);
    const at = next < 0 ? drawn.letters.indexOf(letters) : next;
    if (at < 0) return run;
    from = at + letters.length;
    return { ...run, text: wordsAt(drawn, at, from) };
  });
}

/** Mostly single letters, which no language writes so. */
function isSpread(given: string): boolean {
  // Nearly all runs are no such thing, and are told by a glance.
  if (given.length < 9 || given.lastIndexOf(' ', 4) < 1) return false;
  const text = given.trim();
  if (text.length < 9 || !/^\S{1,3} \S{1,3} /.test(text)) return false;
  const words = text.split(' ');
  const short = words.filter((word) => word.length <= 2).length;
  const letters =
    text.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/gu)?.length ?? 0;
  return words.length >= 5 && short > words.length * 0.7 && letters * 2.5 > text.length;
}

async function listDrawn(page: PDFPageProxy): Promise<Drawn> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const spaces = new Set<number>();
  const room: number[] = [];
  let letters = '';
  let added = 0;
  for (const [i, operation] of fnArray.entries()) {
    if (operation !== OPS.showText) continue;
    const glyphs: unknown = argsArray[i]?.[0];
    if (!Array.isArray(glyphs)) continue;
    for (const glyph of glyphs) {
      if (typeof glyph === 'number') added -= glyph;
      const unicode: unknown = glyph?.unicode;
      if (typeof unicode !== 'string') continue;
      if (unicode.trim() === '') {
        spaces.add(letters.length);
      } else {
        room[letters.length] = added;
        letters += unicode;
        added = 0;
      }
    }
    added = 0;
  }
  return { letters, spaces, room };
}

function wordsAt({ letters, spaces, room }: Drawn, from: number, to: number): string {
  const inner = room.slice(from + 1, to).map((added) => added ?? 0);
  const most = medianOf(inner) + wordRoom;
  let text = '';
  for (let at = from; at < to; at++) {
    const isApart = at > from && (spaces.has(at) || (room[at] ?? 0) > most);
    text += (isApart ? ' ' : '') + (letters[at] ?? '');
  }
  return text;
}
