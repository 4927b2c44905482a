import type { Box } from '../pptx/read-shapes.ts';
import { findAll, type Element } from '../xml-tree.ts';

const mostCells = 400;

/** Where each cell of a table stands, by the widths and heights that it says. */
export function tableBoxes(table: Element, [left, top, width, height]: Box): [Element, Box][] {
  const widths = sizesOf(findAll(table, 'a:gridCol'), 'w', width);
  const rows = table.children.filter(({ name }) => name === 'a:tr');
  const heights = sizesOf(rows, 'h', height);
  const cells: [Element, Box][] = [];
  let y = top;
  for (const [r, row] of rows.entries()) {
    let x = left;
    for (const [c, cell] of row.children.filter(({ name }) => name === 'a:tc').entries()) {
      if (cells.length >= mostCells) return cells;
      cells.push([cell, [x, y, widths[c] ?? 0, heights[r] ?? 0]]);
      x += widths[c] ?? 0;
    }
    y += heights[r] ?? 0;
  }
  return cells;
}

/** In equal parts where they are not said. */
function sizesOf(elements: readonly Element[], name: string, whole: number): number[] {
  return elements.map(({ attributes }) => {
    const size = Number(attributes.get(name));
    return size > 0 ? size : whole / elements.length;
  });
}
