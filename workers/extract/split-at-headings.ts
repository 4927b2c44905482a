import { readFrontMatter } from '../course-import/markdown/front-matter.ts';

export type Section = { readonly text: string; readonly heading: string | undefined };

const mostCharacters = 200;
/** Of words that a line of signs below makes a heading. */
const mostHeadingLines = 3;

/** Cuts Markdown where its headings are; each section knows those that it stands under. */
export function splitAtHeadings(text: string): Section[] {
  const { body } = readFrontMatter(text);
  const sections: Section[] = [];
  const path: { readonly level: number; readonly title: string }[] = [];
  let lines = body === text ? [] : [text.slice(0, text.length - body.length)];
  let isFenced = false;
  /** Lines of one paragraph before this one; undefined within a list, a quotation, a table or code. */
  let words: number | undefined = 0;
  const end = () => {
    const heading = path.map(({ title }) => title).filter(Boolean);
    sections.push({ text: lines.join('\n'), heading: heading.join(' › ') || undefined });
  };
  const begin = (level: number, title: string, first: string[]) => {
    end();
    while ((path.at(-1)?.level ?? 0) >= level) path.pop();
    path.push({ level, title: title.slice(0, mostCharacters).trim() });
    lines = first;
    words = 0;
  };
  for (const line of body.split('\n')) {
    const isFence = /^ {0,3}(```|~~~)/.test(line);
    if (isFence) isFenced = !isFenced;
    const marked = isFenced ? null : /^ {0,3}(#{1,6})\s(.*)$/.exec(line);
    const [, underline] = /^ {0,3}(=+|--+)\s*$/.exec(line) ?? [];
    if (marked) {
      begin(marked[1]?.length ?? 1, withoutClosing(marked[2] ?? ''), [line]);
    } else if (underline !== undefined && words && words <= mostHeadingLines) {
      const above = lines.splice(-words);
      const title = above.map((one) => one.trim()).join(' ');
      begin(underline.startsWith('=') ? 1 : 2, title, [...above, line]);
    } else {
      lines.push(line);
      if (isFenced || isFence) words = undefined;
      else if (isGap.test(line)) words = 0;
      else words = words === undefined || isBlock.test(line) ? undefined : words + 1;
    }
  }
  end();
  return sections;
}

/** Signs at the end, apart from the words, only please the eye. */
function withoutClosing(title: string): string {
  return title
    .trim()
    .replace(/(^|\s)#+$/, '')
    .trim();
}

/** Nothing, or a line across. */
const isGap = /^\s*$|^ {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$/;
const isBlock = /^ {0,3}(?:[-*+]\s|>|\||<|\d{1,9}[.)]\s)|^(?: {4}|\t)/;
