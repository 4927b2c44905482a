import type { RichNode } from '@lectern/db/graph/rich-text';
import { plainText } from '@lectern/db/graph/rich-text';
import type { Token, Tokens } from 'marked';
import { blocksOf } from './blocks-of.ts';
import { inlinesOf } from './inlines-of.ts';
import { isMarkedToken } from './marked-tokens.ts';

export type OutlineEntry = {
  readonly type: 'section' | 'lesson';
  readonly title: string;
  readonly blocks: readonly RichNode[];
};

export type Outline = {
  readonly title: string;
  readonly description: string;
  readonly entries: readonly OutlineEntry[];
};

/** Headings of the first three levels divide a course; those of a lesson begin below. */
const headingShift = 3;

type Draft = { readonly type: OutlineEntry['type']; readonly title: string; tokens: Token[] };

/**
 * `#` is the course, `##` a section, `###` a lesson. Where no lesson is written so, the items of lists
 * are the lessons; at the top those that hold others are sections. In an export lists are always text.
 */
export function readOutline(
  tokens: readonly Token[],
  { isExport }: { readonly isExport: boolean },
): Outline {
  const isLesson = (token: Token) => token.type === 'heading' && token['depth'] === 3;
  const hasLessons = isExport || tokens.some(isLesson);
  let title: string | undefined;
  const beginning: Token[] = [];
  const entries: Draft[] = [];
  for (const token of tokens.filter(isMarkedToken)) {
    const within = entries.at(-1);
    if (token.type === 'heading' && token.depth <= 3) {
      const words = wordsOf(inlinesOf(token.tokens));
      if (token.depth === 1 && title === undefined && within === undefined) title = words;
      else entries.push({ type: typeOf(token.depth), title: words, tokens: [] });
    } else if (token.type === 'list' && !hasLessons) {
      entries.push(...listEntries(token, !entries.some(({ type }) => type === 'section')));
    } else (within?.tokens ?? beginning).push(token);
  }
  const description = plainText({ type: 'doc', content: blocksOf(beginning, { headingShift }) });
  return {
    title: title ?? '',
    description,
    entries: entries.map((entry) => ({
      type: entry.type,
      title: entry.title,
      blocks: blocksOf(entry.tokens, { headingShift }),
    })),
  };
}

function typeOf(depth: number): OutlineEntry['type'] {
  return depth === 3 ? 'lesson' : 'section';
}

/** Below a section each item is a lesson, and what the item holds besides is its body. */
function listEntries({ items }: Tokens.List, isTop: boolean): Draft[] {
  return items.flatMap((item) => {
    const parts = item.tokens.filter(({ type }) => type !== 'space' && type !== 'checkbox');
    const [first, ...rest] = parts;
    const isTitled = first?.type === 'text' || first?.type === 'paragraph';
    const title = isTitled ? wordsOf(inlinesOf(innerOf(first))) : '';
    const tokens = isTitled ? rest : parts;
    const inner = tokens.filter(isMarkedToken).filter((token) => token.type === 'list');
    if (!isTop || inner.length === 0) return [{ type: 'lesson', title, tokens }];
    const own = tokens.filter(({ type }) => type !== 'list');
    const lessons = inner.flatMap((list) => listEntries(list, false));
    return [{ type: 'section', title, tokens: own }, ...lessons];
  });
}

function innerOf(token: Token): Token[] {
  return 'tokens' in token && token.tokens ? token.tokens : [token];
}

function wordsOf(inlines: readonly RichNode[]): string {
  return plainText({ type: 'doc', content: inlines }).replace(/\s+/g, ' ').trim();
}
