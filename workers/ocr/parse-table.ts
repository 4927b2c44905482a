/** Left, top, right and bottom, in pixels of the picture that was read. */
export type Edges = readonly [number, number, number, number];
export type Word = { readonly text: string; readonly confidence: number; readonly edges: Edges };
export type Line = { readonly words: readonly Word[] };
export type Paragraph = { readonly lines: readonly Line[] };

// Columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
const wordLevel = '5';
const isWordRow = (row: string) => row.startsWith(`${wordLevel}\t`);

/** The words of tesseract's table, by line and paragraph, in reading order. */
export function parseTable(table: string): Paragraph[] {
  const paragraphs: { lines: { words: Word[] }[] }[] = [];
  let lastParagraph = '';
  let lastLine = '';
  for (const row of table.split('\n').filter(isWordRow)) {
    const [, , block, paragraph, line, , left, top, width, height, confidence, ...rest] =
      row.split('\t');
    const text = rest.join(' ').trim();
    if (text === '') continue;
    const paragraphKey = `${block}.${paragraph}`;
    const lineKey = `${paragraphKey}.${line}`;
    if (paragraphKey !== lastParagraph) paragraphs.push({ lines: [] });
    if (lineKey !== lastLine) paragraphs.at(-1)?.lines.push({ words: [] });
    lastParagraph = paragraphKey;
    lastLine = lineKey;
    const [x, y] = [Number(left), Number(top)];
    const edges: Edges = [x, y, x + Number(width), y + Number(height)];
    paragraphs
      .at(-1)
      ?.lines.at(-1)
      ?.words.push({ text, confidence: Number(confidence), edges });
  }
  return paragraphs;
}
