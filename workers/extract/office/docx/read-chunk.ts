import { decodeEntities } from '../../../course-import/markdown/decode-entities.ts';

/** The text of a piece of HTML, of a web archive or of plain text that a document holds. */
export function readChunk(bytes: Buffer, part: string): string {
  if (/\.rtf$/i.test(part)) return '';
  const text = decode(bytes);
  const archived = /^(MIME-Version|Content-Type):/im.test(text.slice(0, 2_000));
  const body = archived ? htmlOfArchive(text) : text;
  return /<[a-z!/]/i.test(body) || /html?$|mht$/i.test(part) ? textOfHtml(body) : body.trim();
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const blocks = new Set(
  'p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article pre blockquote hr'.split(' '),
);
const unseen = new Set(['script', 'style', 'head', 'template']);

/** A block a line; what is not shown is left out. Goes through the text once, however broken it is. */
export function textOfHtml(html: string): string {
  // Only these letters, because others may change their number.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  let text = '';
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    text += html.slice(at, end).replace(/\s+/g, ' ');
    if (open < 0) break;
    at = lower.startsWith('<!--', open) ? after(lower, '-->', open) : after(lower, '>', open);
    const name = /^<\/?([a-z][a-z0-9]*)/.exec(lower.slice(open, open + 20))?.[1] ?? '';
    const isEnd = lower[open + 1] === '/';
    if (unseen.has(name) && !isEnd) {
      at = after(lower, '>', after(lower, `</${name}`, at));
    } else if ((name === 'td' || name === 'th') && !isEnd) text += '\t';
    else if (blocks.has(name)) text += '\n';
  }
  return decodeEntities(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function htmlOfArchive(text: string): string {
  const at = text.search(/Content-Type:\s*text\/html/i);
  if (at < 0) return '';
  const headEnd = /\r?\n\r?\n/.exec(text.slice(at));
  if (headEnd === null) return '';
  const start = at + headEnd.index + headEnd[0].length;
  const head = text.slice(Math.max(0, text.lastIndexOf('\n\n', at)), start);
  const boundary = /boundary="?([^"\s;]{1,100})"?/i.exec(text)?.[1];
  const end = boundary === undefined ? -1 : text.indexOf(`--${boundary}`, start);
  const body = text.slice(start, end < 0 ? undefined : end);
  if (/Content-Transfer-Encoding:\s*base64/i.test(head)) {
    return Buffer.from(body, 'base64').toString('utf8');
  }
  return /quoted-printable/i.test(head) ? decodeQuoted(body) : body;
}

function decodeQuoted(text: string): string {
  const joined = text.replace(/=\r?\n/g, '');
  const bytes = joined.replace(/=([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decode(Buffer.from(bytes, 'latin1'));
}
