import type { Mark, RichNode } from '@lectern/db/graph/rich-text';
import type { MarkedToken, Token } from 'marked';
import { joinLines } from '../../course-export/markdown/join-lines.ts';
import { decodeEntities } from './decode-entities.ts';
import { isMarkedToken } from './marked-tokens.ts';

/** The words of a paragraph, each run with its marks. HTML stays text. */
export function inlinesOf(
  tokens: readonly Token[],
  marks: readonly Mark[] = [],
): readonly RichNode[] {
  return tokens.filter(isMarkedToken).flatMap((token) => inlineOf(token, marks));
}

function inlineOf(token: MarkedToken, marks: readonly Mark[]): readonly RichNode[] {
  switch (token.type) {
    case 'text':
      if ('tokens' in token && token.tokens) return inlinesOf(token.tokens, marks);
      return pieces(decodeEntities(token.text), marks);
    case 'escape':
      return pieces(token.text, marks);
    case 'strong':
      return inlinesOf(token.tokens, [...marks, { type: 'bold' }]);
    case 'em':
      return inlinesOf(token.tokens, [...marks, { type: 'italic' }]);
    case 'del':
      return inlinesOf(token.tokens, [...marks, { type: 'strike' }]);
    case 'codespan':
      return pieces(token.text, [...marks, { type: 'code' }]);
    case 'br':
      return [{ type: 'hardBreak' }];
    case 'link': {
      const href = decodeEntities(token.href);
      const link = isHarmless(href) ? [{ type: 'link', attrs: { href } }] : [];
      return inlinesOf(token.tokens, [...marks, ...link]);
    }
    case 'image':
      return [imageOf(token.href, token.text, token.title)];
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? [{ type: 'hardBreak' }] : pieces(token.raw, marks);
    case 'checkbox':
      return [];
    default:
      return pieces(token.raw, marks);
  }
}

function pieces(text: string, marks: readonly Mark[]): readonly RichNode[] {
  const words = joinLines(text);
  if (words === '') return [];
  return [{ type: 'text', text: words, ...(marks.length > 0 && { marks }) }];
}

function imageOf(given: string, alt: string, title: string | null): RichNode {
  const src = decodeEntities(given);
  if (!isHarmless(src) && !/^data:image\/(png|jpeg|gif|webp);/i.test(src)) {
    return { type: 'text', text: alt === '' ? 'image' : decodeEntities(alt) };
  }
  const named = alt === '' ? {} : { alt: decodeEntities(alt) };
  const titled = title === null || title === '' ? {} : { title: decodeEntities(title) };
  return { type: 'image', attrs: { src, ...named, ...titled } };
}

/** Addresses that lead somewhere and do nothing; what has another scheme is left out. */
function isHarmless(address: string): boolean {
  // oxlint-disable-next-line no-control-regex -- browsers skip them when they look for the scheme
  const plain = address.replace(/[\u0000-\u0020]/g, '');
  return /^(https?:|mailto:|tel:)/i.test(plain) || !/^[^/?#]*:/.test(plain);
}
