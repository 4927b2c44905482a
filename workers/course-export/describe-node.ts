import type { GraphNode } from '@lectern/db/graph/graph';
import type { RichNode } from '@lectern/db/graph/rich-text';
import type { CourseFiles } from './course-files.ts';
import { describeQuestions } from './describe-questions.ts';
import { isRecord, linked, paragraph, paragraphOf, showValue, words } from './rich-nodes.ts';

/** All that a reader finds in a node: its text, and what its data says in words. */
export function describeNode(node: GraphNode, files: CourseFiles): readonly RichNode[] {
  const fields = Object.entries(node.data).filter(
    ([name]) => !(name === 'questions' && node.type === 'quiz'),
  );
  return [
    ...(node.content?.content ?? []),
    ...describeFields(fields, files),
    ...(node.type === 'quiz' ? describeQuestions(node) : []),
  ];
}

/** How a node is drawn is nothing to read. */
const isForEditors =
  /^(id|type|kind|colou?r|icon|width|height|style|class(name)?|selected|dragging|z-?index|collapsed|position)$/i;

function describeFields(
  fields: readonly (readonly [string, unknown])[],
  files: CourseFiles,
): RichNode[] {
  return fields
    .filter(([name]) => !isForEditors.test(name))
    .flatMap(([name, value]) => describeField(name, value, files));
}

function describeField(name: string, value: unknown, files: CourseFiles): RichNode[] {
  const label = words(`${nameField(name)}: `, 'bold');
  if (hasParts(value)) {
    const items = describeParts(value, files);
    return items.length === 0 ? [] : [paragraph(label), { type: 'bulletList', content: items }];
  }
  const said = saidOf(value);
  const [only = ''] = said;
  if (said.length > 1 || !only.includes('\n')) {
    return said.length === 0 ? [] : [paragraphOf([label, ...sayAll(said, files)])];
  }
  const [first = '', ...others] = only.split(/\n\s*\n/);
  return [paragraph(label, words(first)), ...others.map((one) => paragraph(words(one)))];
}

/** Whether it is more than words and lists of them. */
function hasParts(value: unknown): boolean {
  return isRecord(value) || (Array.isArray(value) && value.some(hasParts));
}

/** Each part as a point of a list; the parts of a part are a list within. */
function describeParts(value: unknown, files: CourseFiles): RichNode[] {
  const parts: readonly (readonly RichNode[])[] = Array.isArray(value)
    ? value.map((part: unknown) => describePart(part, files))
    : Object.entries(isRecord(value) ? value : {}).map((field) => describeFields([field], files));
  return parts.flatMap((content) => (content.length === 0 ? [] : { type: 'listItem', content }));
}

function describePart(part: unknown, files: CourseFiles): RichNode[] {
  if (isRecord(part)) return describeFields(Object.entries(part), files);
  if (!hasParts(part)) {
    const said = saidOf(part);
    return said.length === 0 ? [] : [paragraphOf(sayAll(said, files))];
  }
  const items = describeParts(part, files);
  return items.length === 0 ? [] : [{ type: 'bulletList', content: items }];
}

function saidOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value.flat(Infinity) : [value];
  return values.map((one) => showValue(one).trim()).filter((text) => text !== '');
}

/** Words, files by their names, and addresses, one after the other. */
function sayAll(said: readonly string[], files: CourseFiles): RichNode[] {
  return said.flatMap((text, i) => [...(i > 0 ? [words(', ')] : []), say(text, files)]);
}

function say(text: string, files: CourseFiles): RichNode {
  if (/\s/.test(text)) return words(text);
  const file = files.find(text);
  if (file !== undefined) return linked(file.material.fileName, file.material.id);
  return /^https?:\/\//i.test(text) ? linked(text, text) : words(text);
}

/** `dueDate` → `Due date`; `materialIds` → `Materials`, as they are shown by their names. */
function nameField(name: string): string {
  const spaced = name.replace(/[_-]+/g, ' ').replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  const plain = spaced.replace(/(?<=\p{L}) id(s?)$/iu, '$1');
  return plain.slice(0, 1).toUpperCase() + plain.slice(1).toLowerCase();
}
