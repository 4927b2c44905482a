import { type Budget, OutOfBounds, readJson, readText } from './read-json.ts';
import type { Mark, RichNode, RichText } from './rich-text.ts';
import { limits } from './graph.ts';

/** Rich text from JSON that anybody may have sent; throws `OutOfBounds` with what is wrong. */
export function parseRichText(value: unknown): RichText | undefined {
  if (value === null || value === undefined) return undefined;
  const budget = { left: limits.contentCharacters, depth: limits.contentDepth };
  const { type, content } = fieldsOf(value);
  if (type !== 'doc' || !Array.isArray(content)) {
    throw new OutOfBounds('is not {"type":"doc","content":[…]}');
  }
  const nodes = content.map((node) => parseNode(node, budget, 1));
  return nodes.length === 0 ? undefined : { type: 'doc', content: nodes };
}

function parseNode(value: unknown, budget: Budget, depth: number): RichNode {
  if (depth > budget.depth)
    throw new OutOfBounds(`is nested more than ${budget.depth} levels deep`);
  const { type, attrs, content, text, marks } = fieldsOf(value);
  if (typeof type !== 'string' || !/^\w[\w-]{0,49}$/.test(type)) {
    throw new OutOfBounds('has a node without a type');
  }
  if (type === 'text') {
    if (typeof text !== 'string') throw new OutOfBounds('has a text without its characters');
    const parsed = Array.isArray(marks) ? marks.map((mark) => parseMark(mark, budget)) : [];
    return { type, text: readText(text, budget), ...(parsed.length > 0 && { marks: parsed }) };
  }
  const children = Array.isArray(content) ? content : [];
  const parsed = children.map((child) => parseNode(child, budget, depth + 1));
  return {
    type,
    ...parseAttributes(attrs, budget),
    ...(parsed.length > 0 && { content: parsed }),
  };
}

function parseMark(value: unknown, budget: Budget): Mark {
  const { type, attrs } = fieldsOf(value);
  if (typeof type !== 'string' || !/^\w[\w-]{0,49}$/.test(type)) {
    throw new OutOfBounds('has a mark without a type');
  }
  return { type, ...parseAttributes(attrs, budget) };
}

function parseAttributes(
  value: unknown,
  budget: Budget,
): { readonly attrs?: Record<string, unknown> } {
  const fields = Object.entries(fieldsOf(readJson(value, budget, budget.depth - 4)));
  // An editor leaves out what has no value, and so does the document.
  const given = fields.filter(([, field]) => field !== null);
  return given.length === 0 ? {} : { attrs: Object.fromEntries(given) };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
