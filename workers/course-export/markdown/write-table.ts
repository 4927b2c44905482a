import type { RichNode } from '@lectern/db/graph/rich-text';
import { type FindAddress, writeInlines } from './write-inlines.ts';

/** A table whose first row is its head, as Markdown has no other. */
export function writeTable({ content = [] }: RichNode, findAddress: FindAddress): string {
  const rows = content.map(({ content: cells = [] }) =>
    cells.map((cell) => writeCell(cell, findAddress)),
  );
  const width = rows.reduce((most, cells) => Math.max(most, cells.length), 0);
  if (width === 0) return '';
  const write = (cells: readonly string[]) =>
    `| ${Array.from({ length: width }, (_, i) => cells[i] ?? '').join(' | ')} |`;
  const [head = [], ...others] = rows;
  const rule = `|${' --- |'.repeat(width)}`;
  return [write(head), rule, ...others.map(write)].join('\n');
}

/** A cell is one line: what stood below each other stands behind a break. */
function writeCell({ content = [] }: RichNode, findAddress: FindAddress): string {
  const options = { findAddress, lineBreak: '<br>' };
  const blocks = content.map((node) =>
    writeInlines(node.text === undefined ? leavesOf(node) : [node], options),
  );
  return blocks
    .filter(Boolean)
    .join('<br>')
    .replaceAll('|', String.raw`\|`)
    .trim();
}

function leavesOf({ content = [] }: RichNode): readonly RichNode[] {
  return content.flatMap((node) => (node.content === undefined ? [node] : leavesOf(node)));
}
