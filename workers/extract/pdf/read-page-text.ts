import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Piece } from '../found.ts';
import { closeSpreadWords } from './close-spread-words.ts';
import { edgesOf, gatherLines } from './gather-lines.ts';
import { gatherParagraphs } from './gather-paragraphs.ts';
import { type Edges, listRuns, type Run } from './list-runs.ts';
import { orderLines } from './order-lines.ts';

/** The text of a page in the order in which it is read. */
export async function readPageText(page: PDFPageProxy, place: Piece['place']): Promise<Piece[]> {
  const runs = await closeSpreadWords(page, await listRuns(page));
  const { width, height } = page.getViewport({ scale: 1 });
  return [...byDirection(runs)]
    .flatMap((own) => orderLines(gatherLines(own)))
    .flatMap(gatherParagraphs)
    .flatMap((paragraph) => {
      const text = paragraph.text.replaceAll('\u00ad', '').trim();
      if (text === '') return [];
      return [{ text, place: { ...place, box: boxOf(paragraph.runs, { width, height }) } }];
    });
}

/** What runs in another direction than most, such as a stamp at the margin, comes afterwards. */
function byDirection(runs: readonly Run[]): Run[][] {
  if (runs.every(({ angle }) => angle === runs[0]?.angle)) return [[...runs]];
  return [...Map.groupBy(runs, ({ angle }) => angle).values()].toSorted(
    (a, b) => lengthOf(b) - lengthOf(a),
  );
}

function lengthOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { text }) => sum + text.length, 0);
}

type Size = { readonly width: number; readonly height: number };

function boxOf(runs: readonly Run[], { width, height }: Size): Edges {
  const [left, top, right, bottom] = edgesOf(runs);
  const share = (value: number, whole: number) =>
    Math.round(Math.min(1, Math.max(0, value / whole)) * 1_000) / 1_000;
  const [x, y] = [share(left, width), share(top, height)];
  return [x, y, share(right - left, width), share(bottom - top, height)];
}
