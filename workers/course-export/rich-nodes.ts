import type { RichNode } from '@lectern/db/graph/rich-text';

export type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function words(text: string, mark?: 'bold' | 'italic'): RichNode {
  return { type: 'text', text, ...(mark !== undefined && { marks: [{ type: mark }] }) };
}

export function linked(text: string, href: string): RichNode {
  return { type: 'text', text, marks: [{ type: 'link', attrs: { href } }] };
}

export function paragraph(...content: readonly RichNode[]): RichNode {
  return paragraphOf(content);
}

export function paragraphOf(content: readonly RichNode[]): RichNode {
  return { type: 'paragraph', content: content.filter(({ text }) => text !== '') };
}

/** Texts and numbers as they are; of lists their parts; nothing of what has no words. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(showValue).filter(Boolean).join(', ');
  return '';
}

/** `bulletList`, `bullet_list` and `bulletlist` are one: editors name their nodes differently. */
export function nameOf({ type }: Pick<RichNode, 'type'>): string {
  return type.replace(/[_-]/g, '').toLowerCase();
}

export function textAttr({ attrs }: Pick<RichNode, 'attrs'>, ...names: readonly string[]): string {
  const value = names.map((name) => attrs?.[name]).find((one) => typeof one === 'string');
  return typeof value === 'string' ? value : '';
}

export function numberAttr({ attrs }: Pick<RichNode, 'attrs'>, name: string): number | undefined {
  const value = attrs?.[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
