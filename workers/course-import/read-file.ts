import { decodeFile } from './decode-file.ts';
import { type CourseFile, Refusal } from './draft.ts';
import { readJsonFile } from './read-json-file.ts';
import { readMarkdown } from './markdown/read-markdown.ts';

export type GivenFile = {
  readonly importId: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
};

/** Longer texts are no outline that somebody wrote. */
const mostMarkdownBytes = 8 * 1024 * 1024;

/** The courses of a file. Throws `Refusal`, in words for whoever brought it. */
export function readFile({ importId, fileName, bytes }: GivenFile): CourseFile {
  const text = decodeFile(bytes);
  const given = { importId, fallbackTitle: fileName.replace(/\.[^.]{1,15}$/, '') };
  const isJson = /\.json$/i.test(fileName) || (/^\s*[[{]/.test(text) && !isMarkdown(fileName));
  if (isJson) return readJsonFile(text, given);
  if (bytes.length <= mostMarkdownBytes) return readMarkdown(text, given);
  const message = `A Markdown file may have ${mostMarkdownBytes / 1024 / 1024} MB. Divide it into courses.`;
  throw new Refusal('file_too_large', message);
}

function isMarkdown(fileName: string): boolean {
  return /\.(md|markdown|txt)$/i.test(fileName);
}
