import type { GraphNode } from './graph.ts';
import { questionsOf } from './quiz.ts';
import { plainText } from './rich-text.ts';

/** What search reads of a node: what learners read, and of a quiz nothing that answers it. */
export function nodeText({ type, title, data, content }: GraphNode): string {
  const parts = [title];
  if (content !== undefined) parts.push(plainText(content));
  if (type === 'quiz') {
    for (const { text, prompt, question } of questionsOf({ data })) {
      collectTexts(text ?? prompt ?? question, parts);
    }
    parts.push(...proseOf({ ...data, questions: undefined }));
  } else parts.push(...proseOf(data));
  return parts.filter((part) => part.trim() !== '').join('\n\n');
}

function proseOf(data: Readonly<Record<string, unknown>>): string[] {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(data)) {
    if (!isName(key)) collectTexts(value, parts);
  }
  return parts;
}

/** Fields that name or address something rather than say something. */
function isName(key: string): boolean {
  return /(^|_|[a-z])(id|ids|url|src|href|type|kind|color|icon|answers?|correct\w*|solution)$/i.test(
    key,
  );
}

function collectTexts(value: unknown, parts: string[]): void {
  if (typeof value === 'string') {
    if (/\p{L}/u.test(value)) parts.push(value);
  } else if (Array.isArray(value)) for (const item of value) collectTexts(item, parts);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) if (!isName(key)) collectTexts(item, parts);
  }
}
