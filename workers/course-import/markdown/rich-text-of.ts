import type { RichText } from '@lectern/db/graph/rich-text';
import { lexer } from 'marked';
import { blocksOf } from './blocks-of.ts';

/** Markdown, or words that were merely typed, as rich text. */
export function richTextOf(source: string): RichText | undefined {
  const content = blocksOf(lexer(source));
  return content.length === 0 ? undefined : { type: 'doc', content };
}
