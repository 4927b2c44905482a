import type { GraphNode } from '@lectern/db/graph/graph';
import type { RichNode } from '@lectern/db/graph/rich-text';
import type { CourseFiles } from './course-files.ts';
import { describeQuestions } from './describe-questions.ts';
import { linked, paragraph, showValue, words } from './rich-nodes.ts';

/** All that a reader finds in a node: its text, and what its data says in words. */
export function describeNode(node: GraphNode, files: CourseFiles): readonly RichNode[] {
  const fields = Object.entries(node.data).filter(
    ([name]) => !isForEditors.test(name) && !(name === 'questions' && node.type === 'quiz'),
  );
  return [
    ...(node.content?.content ?? []),
    ...fields.flatMap(([name, value]) => describeField(name, value, files)),
    ...(node.type === 'quiz' ? describeQuestions(node) : []),
  ];
}

/** How a node is drawn is nothing to read. */
const isForEditors =
  /^(id|type|kind|colou?r|icon|width|height|style|class(name)?|selected|dragging|z-?index|collapsed|position)$/i;

function describeField(name: string, value: unknown, files: CourseFiles): RichNode[] {
  const label = words(`${nameField(name)}: `, 'bold');
  const references = (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
    typeof one === 'string' ? (files.find(one) ?? []) : [],
  );
  if (references.length > 0) {
    const links = references.flatMap(({ material }, i) => [
      ...(i > 0 ? [words(', ')] : []),
      linked(material.fileName, material.id),
    ]);
    return [paragraph(label, ...links)];
  }
  const text = showValue(value).trim();
  if (text === '') return [];
  if (/^https?:\/\/\S+$/.test(text)) return [paragraph(label, linked(text, text))];
  const [first = '', ...others] = text.split(/\n\s*\n/);
  return [paragraph(label, words(first)), ...others.map((one) => paragraph(words(one)))];
}

/** `dueDate` → `Due date`. */
function nameField(name: string): string {
  const spaced = name.replace(/[_-]+/g, ' ').replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  return spaced.slice(0, 1).toUpperCase() + spaced.slice(1).toLowerCase();
}
