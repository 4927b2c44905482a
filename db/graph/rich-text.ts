import * as Y from 'yjs';
import { type Budget, OutOfBounds, readJson, readText } from './read-json.ts';

// Rich text in JSON has the shape that ProseMirror and Tiptap give it; in the document it is what
// y-prosemirror writes, so that their editors open it.

export type Mark = { readonly type: string; readonly attrs?: Readonly<Record<string, unknown>> };

export type RichNode = {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly RichNode[];
  readonly text?: string;
  readonly marks?: readonly Mark[];
};

export type RichText = { readonly type: 'doc'; readonly content: readonly RichNode[] };

/** What a fragment says; undefined for one that is empty. Throws `OutOfBounds`. */
export function readRichText(fragment: Y.XmlFragment, budget: Budget): RichText | undefined {
  const content = readChildren(fragment, budget, 1);
  return content.length === 0 ? undefined : { type: 'doc', content };
}

function readChildren(parent: Y.XmlFragment, budget: Budget, depth: number): RichNode[] {
  if (depth > budget.depth)
    throw new OutOfBounds(`is nested more than ${budget.depth} levels deep`);
  return parent.toArray().flatMap((child) => {
    if (child instanceof Y.XmlText) return readPieces(child, budget);
    if (child instanceof Y.XmlElement) return [readElement(child, budget, depth)];
    throw new OutOfBounds('holds something that is not rich text');
  });
}

function readElement(element: Y.XmlElement, budget: Budget, depth: number): RichNode {
  const attrs = readAttributes(element.getAttributes(), budget);
  const content = readChildren(element, budget, depth + 1);
  return {
    type: readText(element.nodeName, budget),
    ...(attrs !== undefined && { attrs }),
    ...(content.length > 0 && { content }),
  };
}

/** One node for each run of characters that look the same. */
function readPieces(text: Y.XmlText, budget: Budget): RichNode[] {
  if (text.length > budget.left) throw new OutOfBounds('is too long');
  return piecesOf(text).map(({ text: characters, attributes }) => {
    const plain = { type: 'text', text: readText(characters, budget) };
    const marks = Object.entries(attributes).map(([type, value]) => readMark(type, value, budget));
    if (marks.length === 0) return plain;
    return Object.assign(plain, { marks: marks.sort((a, b) => (a.type < b.type ? -1 : 1)) });
  });
}

export type Piece = {
  readonly text: string;
  readonly attributes: Readonly<Record<string, unknown>>;
};

export function piecesOf(text: Y.XmlText): Piece[] {
  const delta: { insert?: unknown; attributes?: Record<string, unknown> }[] = text.toDelta();
  return delta.flatMap(({ insert, attributes = {} }) =>
    // Embedded objects have no place in a text of ours.
    typeof insert === 'string' ? [{ text: insert, attributes }] : [],
  );
}

function readMark(type: string, value: unknown, budget: Budget): Mark {
  const attrs =
    typeof value === 'object' && value !== null ? readAttributes(value, budget) : undefined;
  return { type: readText(type, budget), ...(attrs !== undefined && { attrs }) };
}

function readAttributes(
  attributes: object,
  budget: Budget,
): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [readText(key, budget), readJson(value, budget, budget.depth - 4)]),
  );
}

/** The words alone, blocks on lines of their own. */
export function plainText({ content }: RichText): string {
  const lines: string[] = [];
  let line = '';
  const visit = (nodes: readonly RichNode[]) => {
    for (const node of nodes) {
      if (node.text !== undefined) line += node.text;
      else if (node.type === 'hardBreak') line += '\n';
      else {
        visit(node.content ?? []);
        if (line !== '') lines.push(line);
        line = '';
      }
    }
  };
  visit(content);
  if (line !== '') lines.push(line);
  return lines.join('\n');
}
