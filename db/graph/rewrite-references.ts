import type { GraphNode } from './graph.ts';
import type { RichNode, RichText } from './rich-text.ts';

type Renamed = ReadonlyMap<string, string | undefined>;
export type Rewritten = { readonly node: GraphNode; readonly lost: ReadonlySet<string> };

/** Makes a node speak of materials by their new ids; `lost`: of those that it speaks of and are not here. */
export function rewriteReferences(node: GraphNode, renamed: Renamed): Rewritten {
  const lost = new Set<string>();
  if (renamed.size === 0) return { node, lost };
  const rewrite = makeRewriter(renamed, lost);
  const data = rewrite(node.data, '');
  const content = node.content && rewriteText(node.content, rewrite);
  const rewritten = { ...node, data: isFields(data) ? data : node.data };
  return { node: { ...rewritten, ...(content !== undefined && { content }) }, lost };
}

type Rewrite = (value: unknown, key: string) => unknown;

function makeRewriter(renamed: Renamed, lost: Set<string>): Rewrite {
  const find = (id: string): string | undefined => {
    if (!renamed.has(id)) return undefined;
    const now = renamed.get(id);
    if (now === undefined) lost.add(id);
    return now;
  };
  // A long id means its material wherever it stands; “3” does so only where a material is named.
  const rewriteWords = (text: string) =>
    text.replace(/[\w-]{12,100}/g, (word) => find(word) ?? word);
  const rewriteAddress = (text: string) =>
    text.replace(
      /(materials?|files?)([/:])([\w-]{1,100})/gi,
      (all, kind: string, mark: string, id: string) => {
        const now = find(id);
        return now === undefined ? all : `${kind}${mark}${now}`;
      },
    );
  const rewriteString = (text: string, key: string) => {
    const whole = isReference(key) && text.length <= 200 ? find(text) : undefined;
    return whole ?? rewriteAddress(rewriteWords(text));
  };
  const rewrite: Rewrite = (value, key) => {
    if (typeof value === 'string') return rewriteString(value, key);
    if (typeof value === 'number' && isReference(key)) return find(String(value)) ?? value;
    if (Array.isArray(value)) return value.map((item) => rewrite(item, key));
    if (!isFields(value)) return value;
    const inner = (name: string) => (name === 'id' && isReference(key) ? key : name);
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [rewriteWords(name), rewrite(item, inner(name))]),
    );
  };
  return rewrite;
}

/** Fields that name a material: `materialId`, `materials`, `file`, `src`. */
function isReference(key: string): boolean {
  return /material|file|attachment|asset|media|^src$|^href$|^url$/i.test(key);
}

function rewriteText({ content }: RichText, rewrite: Rewrite): RichText {
  return { type: 'doc', content: content.map((node) => rewriteRichNode(node, rewrite)) };
}

function rewriteRichNode(node: RichNode, rewrite: Rewrite): RichNode {
  const { attrs, content, marks } = node;
  const rewriteAttrs = (given: typeof attrs) => {
    const now = given && rewrite(given, '');
    return isFields(now) ? { attrs: now } : {};
  };
  return {
    ...node,
    ...rewriteAttrs(attrs),
    ...(content && { content: content.map((child) => rewriteRichNode(child, rewrite)) }),
    ...(marks && { marks: marks.map((mark) => ({ ...mark, ...rewriteAttrs(mark.attrs) })) }),
  };
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
