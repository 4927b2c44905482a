import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { joinForms } from './join-forms.ts';

/** Left, top, right and bottom on the page. */
export type Edges = readonly [number, number, number, number];

/** A stretch of letters as the page draws it, seen so that its line runs from left to right. */
export type Run = {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  /** Grows from line to line. */
  readonly baseline: number;
  readonly size: number;
  /** The direction of its line on the page, in degrees; lines from top to bottom have one of their own. */
  readonly angle: number;
  readonly isRtl: boolean;
  /** Whether the page says that a space comes before. */
  readonly isApart: boolean;
  /** On the page; what is not turned has its own measures. */
  readonly edges: Edges | undefined;
  /** How many were drawn before. */
  readonly order: number;
};

const topToBottom = 999;

type Item = {
  readonly str: string;
  readonly dir: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
};

/** More than a page that people read has. */
const mostRuns = 100_000;

/** In the order in which the page draws them. */
export async function listRuns(page: PDFPageProxy): Promise<Run[]> {
  // Letters are made what they are written as below, where there is something to do.
  const { items } = await page.getTextContent({ disableNormalization: true });
  const { transform } = page.getViewport({ scale: 1 });
  const runs: Run[] = [];
  const last = new Map<string, Run>();
  let isApart = false;
  for (const item of items) {
    if (!('str' in item) || item.str === '') continue;
    const text = cleanRun(item.str);
    if (text === ' ' || text.trim() === '') {
      isApart = true;
      continue;
    }
    const run = placeRun(item, transform, { text, isApart, order: runs.length });
    isApart = false;
    if (isDrawnAgain(run, last.get(text))) continue;
    last.set(text, run);
    if (runs.push(run) >= mostRuns) break;
  }
  return runs;
}

/** Letters are made bold or shadowed by drawing them again, a little beside. */
function isDrawnAgain(run: Run, last: Run | undefined): boolean {
  if (last === undefined || last.angle !== run.angle || run.text.length < 2) return false;
  const near = run.size * 0.3;
  return Math.abs(last.left - run.left) < near && Math.abs(last.baseline - run.baseline) < near;
}

function placeRun(
  { dir, width, height, transform: own }: Item,
  page: readonly number[],
  { text, isApart, order }: Pick<Run, 'text' | 'isApart' | 'order'>,
): Run {
  const [p0 = 1, p1 = 0, p2 = 0, p3 = 1, p4 = 0, p5 = 0] = page;
  const [t0 = 1, t1 = 0, t2 = 0, t3 = 1, t4 = 0, t5 = 0] = own;
  const [a, b] = [p0 * t0 + p2 * t1, p1 * t0 + p3 * t1];
  const size = Math.hypot(p0 * t2 + p2 * t3, p1 * t2 + p3 * t3) || Math.hypot(a, b) || 1;
  const [x, y] = [p0 * t4 + p2 * t5 + p4, p1 * t4 + p3 * t5 + p5];
  const isRtl = dir === 'rtl';
  if (dir === 'ttb') {
    const edges = [x - size / 2, y, x + size / 2, y + height] as const;
    const [left, right, baseline] = [y, y + height, -x];
    return { text, left, right, baseline, size, angle: topToBottom, isRtl, isApart, edges, order };
  }
  if (b === 0 && a > 0) {
    const right = x + width;
    const [angle, edges] = [0, undefined];
    return { text, left: x, right, baseline: y, size, angle, isRtl, isApart, edges, order };
  }
  const turn = Math.atan2(b, a);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const left = x * cos + y * sin;
  const baseline = y * cos - x * sin;
  const [endX, endY] = [x + width * cos, y + width * sin];
  const [upX, upY] = [size * sin, size * cos];
  const edges = [
    Math.min(x, endX, x + upX, endX + upX),
    Math.min(y, endY, y - upY, endY - upY),
    Math.max(x, endX, x + upX, endX + upX),
    Math.max(y, endY, y - upY, endY - upY),
  ] as const;
  const angle = Math.round((turn * 180) / Math.PI);
  return { text, left, right: left + width, baseline, size, angle, isRtl, isApart, edges, order };
}

const plain = /^[!-~]+(?: [!-~]+)*$/;
const unseen = /[\u200b\u2060\ufeff]/g;

/** Control characters stay as what stands for an unknown letter, so that garbage is seen as such. */
function cleanRun(text: string): string {
  if (plain.test(text)) return text;
  return joinForms(text.replace(unseen, ''))
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '\ufffd');
}
