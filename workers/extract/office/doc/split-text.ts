import { cleanText } from '../pptx/paragraph-text.ts';

export type DocParagraph = {
  readonly text: string;
  /** Of its last character, counted from the beginning of the story. */
  readonly end: number;
  readonly endsCell: boolean;
  readonly endsPage: boolean;
};

/** Cuts the text of a story into paragraphs; the instructions of fields are left out. */
export function splitText(text: string): DocParagraph[] {
  const paragraphs: DocParagraph[] = [];
  /** Of each field that is open: whether its result has begun. */
  const fields: boolean[] = [];
  let line = '';
  let hiddenEnds = 0;
  const end = (i: number, { endsCell = false, endsPage = false }) => {
    paragraphs.push({ text: cleanText(line), end: i, endsCell, endsPage });
    line = '';
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x13) fields.push(false);
    else if (code === 0x14 && fields.length > 0) fields[fields.length - 1] = true;
    else if (code === 0x15) fields.pop();
    else if (code === 0x0d) {
      // An instruction that never ends must not swallow what follows.
      hiddenEnds = fields.every(Boolean) ? 0 : hiddenEnds + 1;
      if (hiddenEnds > 3 || fields.length > 20) fields.length = 0;
      end(i, {});
    } else if (code === 0x07) end(i, { endsCell: true });
    else if (code === 0x0c) end(i, { endsPage: true });
    else if (fields.every(Boolean)) line += characterOf(code, text.charAt(i));
  }
  if (line !== '') end(text.length - 1, {});
  return paragraphs;
}

function characterOf(code: number, character: string): string {
  switch (code) {
    case 0x0b:
    case 0x0e:
      return '\n';
    case 0x1e:
      return '‑';
    case 0x1f:
    case 0xad:
      return '';
    case 0xa0:
      return '\u00a0';
    default:
      return code < 0x20 && code !== 0x09 ? '' : character;
  }
}
