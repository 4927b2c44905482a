import { Refusal } from '../found.ts';
import { compoundMark, openCompoundFile } from './compound-file.ts';
import { readStories } from './doc/read-stories.ts';
import { openZip } from './open-zip.ts';
import { cleanText } from './pptx/paragraph-text.ts';
import { readXml } from './read-xml.ts';

/** Larger ones are whole works, which belong into files of their own. */
export const mostEmbeddedBytes = 32 * 1024 * 1024;
const mostCharacters = 500_000;

/** Parts with text for reading, in the order in which a person meets them. */
const readable =
  /^(word\/(document|footnotes|endnotes)\d*|ppt\/slides\/slide\d+|xl\/sharedStrings)\.xml$/i;
const texts = new Set(['w:t', 'a:t', 'm:t', 't']);
const lineEnds = new Set(['w:p', 'a:p', 'si']);

/**
 * The plain text of an Office file that stands in another. What is embedded in it in turn is left alone,
 * so that files within files within files end here.
 */
export async function embeddedText(bytes: Buffer): Promise<string> {
  try {
    if (!bytes.subarray(0, 8).equals(compoundMark)) return await zipText(bytes);
    const file = openCompoundFile(bytes);
    const inner = file?.read('Package');
    if (inner !== undefined) return await zipText(inner);
    const sections = file?.has('WordDocument') ? readStories(file).stories : [];
    return cut(sections.flatMap((story) => story.sections.map(({ text }) => text)).join('\n'));
  } catch (error) {
    // It cannot be read, which is no fault of the file around it.
    if (error instanceof Refusal) return '';
    throw error;
  }
}

async function zipText(bytes: Buffer): Promise<string> {
  const zip = await openZip({ bytes });
  try {
    const lines: string[] = [];
    let length = 0;
    for (const name of zip.names.filter((it) => readable.test(it)).sort(byNumber)) {
      const part = await zip.read(name, mostEmbeddedBytes);
      for (const line of linesOf(part?.bytes ?? Buffer.alloc(0))) {
        lines.push(line);
        length += line.length;
      }
      if (length > mostCharacters) break;
    }
    return cut(lines.join('\n'));
  } finally {
    await zip.close();
  }
}

function linesOf(bytes: Buffer): string[] {
  const lines: string[] = [];
  let line = '';
  let isText = false;
  readXml(bytes, {
    open: (name) => {
      isText = texts.has(name);
      if (name === 'w:tab' || name === 'w:br' || name === 'a:br') line += ' ';
    },
    close: (name) => {
      isText = false;
      if (!lineEnds.has(name)) return;
      if (line.trim() !== '') lines.push(cleanText(line).trim());
      line = '';
    },
    text: (text) => {
      if (isText) line += text;
    },
  });
  return lines;
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function cut(text: string): string {
  return text.length <= mostCharacters ? text : text.slice(0, mostCharacters).toWellFormed();
}
