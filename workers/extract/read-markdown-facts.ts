import type { FileFacts } from '@lectern/db/postgres/material-source';
import { readFrontMatter } from '../course-import/markdown/front-matter.ts';

const mostCharacters = 300;

/** What a Markdown file says of itself before its text. */
export function readMarkdownFacts(text: string): FileFacts {
  const fields = new Map(
    Object.entries(readFrontMatter(text).fields).map(([name, value]) => [
      name.toLowerCase(),
      wordsOf(value),
    ]),
  );
  const title = fields.get('title');
  const author = fields.get('author') || fields.get('authors');
  return { ...(title && { title }), ...(author && { author }) };
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).filter(Boolean).join(', ');
  if (typeof value !== 'string') return '';
  const plain = value
    // A remark behind it, and what says that the words stand on other lines.
    .replace(/\s#.*$|^[|>][-+]?$/, '')
    .replace(/^name:\s*/, '')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ');
  return plain.trim().slice(0, mostCharacters);
}
