import { child, findAll, type Element } from '../xml-tree.ts';
import { cleanText, linesOf } from './paragraph-text.ts';

const mostRows = 2_000;

/** What a chart says: its titles and labels, then its numbers as a table. */
export function chartText(chart: Element): string {
  const series = findAll(chart, 'c:ser');
  const titles = linesOf(chart);
  const names = series.map((it) => pointsOf(child(it, 'c:tx')).join(' '));
  const labels = longest(series.map((it) => pointsOf(child(it, 'c:cat', 'c:xVal'))));
  const values = series.map((it) => pointsOf(child(it, 'c:val', 'c:yVal')));
  const count = Math.min(mostRows, Math.max(labels.length, ...values.map((it) => it.length), 0));
  const rows = Array.from({ length: count }, (_, i) =>
    [labels[i] ?? '', ...values.map((it) => it[i] ?? '')].join('\t'),
  );
  const newer = findAll(chart, 'cx:pt', 'cx:v', 'cx:f').map((it) => it.text);
  return [titles, names.join('\t'), ...rows, ...newer]
    .map((line) => cleanText(line).trim())
    .filter((line) => line !== '')
    .join('\n');
}

function pointsOf(element: Element | undefined): string[] {
  return findAll(element, 'c:v').map(({ text }) => text);
}

function longest(lists: string[][]): string[] {
  return lists.reduce((most, list) => (list.length > most.length ? list : most), []);
}
