import type { RichNode } from '@lectern/db/graph/rich-text';
import type { MarkedToken, Token, Tokens } from 'marked';
import { decodeEntities } from './decode-entities.ts';
import { inlinesOf } from './inlines-of.ts';
import { isMarkedToken } from './marked-tokens.ts';

type Options = {
  /** By how many levels the headings stand below those that divide the course. */
  readonly headingShift?: number;
};

/** Blocks as editors have them. What Markdown leaves to HTML stays text. */
export function blocksOf(tokens: readonly Token[], options: Options = {}): readonly RichNode[] {
  return tokens.filter(isMarkedToken).flatMap((token) => blockOf(token, options));
}

function blockOf(token: MarkedToken, options: Options): readonly RichNode[] {
  switch (token.type) {
    case 'space':
    case 'def':
    case 'checkbox':
      return [];
    case 'paragraph':
      return paragraphsOf(inlinesOf(token.tokens));
    case 'text':
      return paragraphsOf(inlinesOf([token]));
    case 'heading': {
      const level = Math.max(1, token.depth - (options.headingShift ?? 0));
      return [withContent('heading', inlinesOf(token.tokens), { level })];
    }
    case 'blockquote':
      return [withContent('blockquote', blocksOf(token.tokens, options))];
    case 'code':
      return [codeOf(token)];
    case 'hr':
      return [{ type: 'horizontalRule' }];
    case 'list':
      return [listOf(token, options)];
    case 'table':
      return [tableOf(token)];
    default:
      return linesOf(token.raw);
  }
}

/** A picture by itself is a block; between words it stays among them. */
function paragraphsOf(inlines: readonly RichNode[]): readonly RichNode[] {
  const shown = inlines.filter(({ text }) => text === undefined || text.trim() !== '');
  if (shown.length > 0 && shown.every(({ type }) => type === 'image')) return shown;
  return shown.length === 0 ? [] : [{ type: 'paragraph', content: inlines }];
}

/** Text between the lines of which there is nothing to join. */
function linesOf(raw: string): readonly RichNode[] {
  const lines = raw.trim().split(/\r?\n/);
  const content = lines.flatMap((text, i): RichNode[] => [
    ...(i > 0 ? [{ type: 'hardBreak' }] : []),
    ...(text === '' ? [] : [{ type: 'text', text }]),
  ]);
  return content.length === 0 ? [] : [{ type: 'paragraph', content }];
}

function codeOf({ text, lang = '', codeBlockStyle }: Tokens.Code): RichNode {
  const language = decodeEntities(lang).split(/\s/, 1)[0] ?? '';
  // Of a fenced block that ends with empty lines the lexer gives one more than there is.
  const code = codeBlockStyle === 'indented' ? text : text.replace(/\n$/, '');
  const content = code === '' ? [] : [{ type: 'text', text: code }];
  return withContent('codeBlock', content, language === '' ? undefined : { language });
}

function listOf({ ordered, start, items }: Tokens.List, options: Options): RichNode {
  const isTaskList = items.length > 0 && items.every(({ task }) => task);
  const children = items.map((item) => {
    const blocks = blocksOf(item.tokens, options);
    const content = blocks.length === 0 ? [{ type: 'paragraph' }] : blocks;
    if (!isTaskList) return { type: 'listItem', content };
    return { type: 'taskItem', attrs: { checked: item.checked === true }, content };
  });
  if (isTaskList) return { type: 'taskList', content: children };
  if (!ordered) return { type: 'bulletList', content: children };
  const first = start === '' || start === 1 ? undefined : { start };
  return withContent('orderedList', children, first);
}

function tableOf({ header, rows }: Tokens.Table): RichNode {
  const row = (type: string, cells: readonly Tokens.TableCell[]): RichNode => ({
    type: 'tableRow',
    content: cells.map(({ tokens }) => ({
      type,
      content: [withContent('paragraph', inlinesOf(tokens))],
    })),
  });
  return {
    type: 'table',
    content: [row('tableHeader', header), ...rows.map((cells) => row('tableCell', cells))],
  };
}

function withContent(
  type: string,
  content: readonly RichNode[],
  attrs?: Readonly<Record<string, unknown>>,
): RichNode {
  return {
    type,
    ...(attrs !== undefined && { attrs }),
    ...(content.length > 0 && { content }),
  };
}
