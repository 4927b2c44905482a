import { composeAccents } from './compose-accents.ts';
import { type Line, lineOf } from './gather-lines.ts';
import type { Run } from './list-runs.ts';

/** One line of a block as it is read. */
export type Row = {
  readonly text: string;
  readonly runs: readonly Run[];
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  readonly size: number;
  /** Of a table. */
  readonly hasCells: boolean;
};

/** In parts of the letters' size: less is no space, more is a new cell of a table. */
const spaceGap = 0.17;
const cellGap = 1.8;

export function writeRow(lines: readonly Line[]): Row {
  const [only] = lines;
  const [single] = only?.runs ?? [];
  if (lines.length === 1 && only?.runs.length === 1 && single) {
    const { left, right, baseline, size } = single;
    const text = tidy(single.text);
    return { text, runs: only.runs, left, right, baseline, size, hasCells: false };
  }
  const line = lineOf(lines.flatMap(({ runs }) => runs));
  const runs = line.runs.toSorted((a, b) => a.left - b.left);
  const rtl = runs.reduce((sum, run) => sum + (run.isRtl ? run.text.length : 0), 0);
  const isRtl = rtl * 2 > line.characters;
  const ordered = isRtl ? orderRtl(runs) : runs;
  let text = '';
  let last: Run | undefined;
  for (const run of ordered) {
    text += (last === undefined ? '' : between(last, run)) + run.text;
    last = run;
  }
  return {
    text: tidy(text),
    runs: ordered,
    left: line.left,
    right: line.right,
    baseline: line.baseline,
    size: line.size,
    hasCells: text.includes('\t'),
  };
}

function tidy(text: string): string {
  const even = / {2}|[ ]\t|\t[ ]/.test(text)
    ? text.replaceAll(/ {2,}/g, ' ').replaceAll(/ ?\t ?/g, '\t')
    : text;
  // Fonts of symbols have letters of their own for what items of a list begin with.
  return composeAccents(even.trim()).replace(/^\p{Co}(?=\s)/u, '•');
}

/** From right to left; words in letters that run the other way keep their order among themselves. */
function orderRtl(runs: readonly Run[]): Run[] {
  const ordered: Run[] = [];
  let others: Run[] = [];
  for (const run of runs.toReversed()) {
    if (isLtr(run)) {
      others.unshift(run);
      continue;
    }
    ordered.push(...others, run);
    others = [];
  }
  return [...ordered, ...others];
}

function isLtr(run: Run): boolean {
  return !run.isRtl && /[\p{Script=Latin}\p{Script=Cyrillic}\p{N}]/u.test(run.text);
}

function between(last: Run, run: Run): string {
  const gap = Math.max(run.left - last.right, last.left - run.right);
  const size = Math.min(last.size, run.size);
  if (gap > cellGap * size) return '\t';
  if (last.text.endsWith(' ') || run.text.startsWith(' ')) return '';
  if (gap <= spaceGap * size && !(run.isApart && gap > spaceGap * 0.3 * size)) return '';
  return isTight(last.text.at(-1)) && isTight(run.text[0]) ? '' : ' ';
}

/** Written without spaces. */
export function isTight(character: string | undefined): boolean {
  if (character === undefined || character < '\u0e00') return false;
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303f\uff00-\uffef]/u.test(
    character,
  );
}
