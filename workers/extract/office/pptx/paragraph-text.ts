import { child, findAll, type Element } from '../xml-tree.ts';

/** The text of a paragraph of a drawing, with its line breaks. */
export function paragraphText(paragraph: Element): string {
  let text = '';
  const visit = (at: Element) => {
    if (at.name === 'a:t' || at.name === 'm:t') text += at.text;
    else if (at.name === 'a:br') text += '\n';
    else if (at.name === 'a:tab') text += '\t';
    for (const inner of at.children) visit(inner);
  };
  visit(paragraph);
  return cleanText(text);
}

/** All paragraphs within, a line each. */
export function linesOf(element: Element | undefined): string {
  return findAll(element, 'a:p')
    .map(paragraphText)
    .filter((line) => line.trim() !== '')
    .join('\n');
}

/** A row a line, its cells set apart by tabs. */
export function tableText(table: Element): string {
  return table.children
    .filter(({ name }) => name === 'a:tr')
    .map((row) =>
      row.children
        .filter(({ name }) => name === 'a:tc')
        .map((cell) => linesOf(child(cell, 'a:txBody')).replaceAll('\n', ' '))
        .join('\t')
        .trim(),
    )
    .filter((row) => row !== '')
    .join('\n');
}

/** Without optional hyphens and characters that nobody sees; `_x000B_` is how a break may be written. */
export function cleanText(text: string): string {
  return (
    text
      .replaceAll('_x000B_', '\n')
      .replaceAll('_x000D_', '\n')
      .replace(/[\v\r\u2028]/g, '\n')
      // oxlint-disable-next-line no-control-regex -- these are what is taken out
      .replace(/[\u0000-\u0008\u000e-\u001f\u00ad\ufdd0-\ufdef\ufffe\uffff]/g, '')
      // Half a character cannot be kept.
      .toWellFormed()
      .normalize('NFC')
  );
}
