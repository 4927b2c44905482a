import type { Wording } from './letter.ts';

/** What every program shows without a break of its own. */
const lineWidth = 72;

/** The letter as plain text. A link has a line to itself and is never broken. */
export function renderMailText({ greeting, paragraphs, action, why }: Wording): string {
  const blocks = [greeting, ...paragraphs].map(wrap);
  if (action !== undefined) {
    blocks.push(`${action.label}:\n${action.link}`);
    if (action.note !== undefined) blocks.push(wrap(action.note));
  }
  blocks.push(`${wrap(why)}\n\nLectern`);
  return `${blocks.join('\n\n')}\n`;
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
