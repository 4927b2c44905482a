import { isDeepStrictEqual } from 'node:util';
import type { Mark, RichNode, RichText } from '@lectern/db/graph/rich-text';

/** The same text as a document will say it: what looks the same is one piece, and marks have an order. */
export function canonicalRichText(text: RichText | undefined): RichText | undefined {
  const content = text === undefined ? [] : join(text.content);
  return content.length === 0 ? undefined : { type: 'doc', content };
}

function join(nodes: readonly RichNode[]): RichNode[] {
  const joined: RichNode[] = [];
  for (const node of nodes) {
    const next = node.text === undefined ? withChildren(node) : asPiece(node, node.text);
    if (next === undefined) continue;
    const last = joined.at(-1);
    const looksSame = isDeepStrictEqual(last?.marks, next.marks);
    if (last?.text !== undefined && next.text !== undefined && looksSame) {
      joined.splice(-1, 1, { ...last, text: last.text + next.text });
    } else joined.push(next);
  }
  return joined;
}

function withChildren({ type, attrs, content = [] }: RichNode): RichNode {
  const children = join(content);
  const given = attrs !== undefined && Object.keys(attrs).length > 0;
  return { type, ...(given && { attrs }), ...(children.length > 0 && { content: children }) };
}

function asPiece({ marks = [] }: RichNode, text: string): RichNode | undefined {
  if (text === '') return undefined;
  const byType = new Map(marks.map((mark) => [mark.type, mark]));
  const sorted = [...byType.values()].map(bare).sort((a, b) => (a.type < b.type ? -1 : 1));
  return { type: 'text', text, ...(sorted.length > 0 && { marks: sorted }) };
}

function bare({ type, attrs }: Mark): Mark {
  const given = attrs !== undefined && Object.keys(attrs).length > 0;
  return given ? { type, attrs } : { type };
}
