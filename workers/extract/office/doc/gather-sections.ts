import type { Section } from '../cut-units.ts';
import type { ParagraphLook } from './read-paragraphs.ts';
import { splitText } from './split-text.ts';

/** Paragraphs with their headings; the rows of a table become lines of one paragraph. */
export function gatherSections(story: string, look: (end: number) => ParagraphLook): Section[] {
  const sections: Section[] = [];
  let rows: string[] = [];
  let cells: string[] = [];
  let cell: string[] = [];
  const endRow = () => {
    const row = cells.join('\t').trimEnd();
    if (row.trim() !== '') rows.push(row);
    cells = [];
  };
  const endTable = () => {
    endRow();
    if (rows.length > 0) sections.push({ text: rows.join('\n'), level: 0 });
    rows = [];
  };
  const paragraphs = splitText(story);
  const isTold = paragraphs.some(({ end, endsCell }) => endsCell && look(end).endsRow);
  for (const [i, { text, end, endsCell, endsPage }] of paragraphs.entries()) {
    const { level, endsRow } = look(end);
    if (endsCell) {
      // Without properties, two marks after each other end a row.
      const isLone = text === '' && cell.length === 0 && cells.length > 0;
      const isRowMark = isTold ? endsRow : isLone;
      if (isRowMark) endRow();
      else cells.push([...cell, text].join(' ').replaceAll('\n', ' '));
      cell = [];
      continue;
    }
    // A cell may have several paragraphs before the mark that ends it.
    if (cells.length > 0 && paragraphs[i + 1] !== undefined && isInCell(paragraphs, i)) {
      cell.push(text);
      continue;
    }
    endTable();
    sections.push({ text, level, endsPage });
  }
  endTable();
  return sections;
}

/** Whether a mark of a cell comes within the next paragraphs. */
function isInCell(paragraphs: readonly { endsCell: boolean }[], from: number): boolean {
  return paragraphs.slice(from, from + 50).some(({ endsCell }) => endsCell);
}
