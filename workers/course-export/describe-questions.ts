import {
  answerFields,
  optionFields,
  type Question,
  questionsOf,
  rightFields,
} from '@lectern/db/graph/quiz';
import type { GraphNode } from '@lectern/db/graph/graph';
import type { RichNode } from '@lectern/db/graph/rich-text';
import { isRecord, paragraph, showValue, words } from './rich-nodes.ts';

/** A quiz with its right answers, for those who made it. */
export function describeQuestions(node: GraphNode): RichNode[] {
  return questionsOf(node).flatMap((question, i) => {
    const asked = showValue(question['text'] ?? question['prompt'] ?? question['question']);
    const explained = showValue(question['explanation'] ?? question['feedback']);
    return [
      paragraph(words(`${i + 1}. ${asked}`, 'bold')),
      ...describeAnswers(question),
      ...(explained === '' ? [] : [paragraph(words(explained, 'italic'))]),
    ];
  });
}

function describeAnswers(question: Question): RichNode[] {
  const options = optionFields.map((field) => question[field]);
  const offered = options.find((value) => Array.isArray(value));
  const right = answerFields.map((field) => question[field]).filter((value) => value !== offered);
  if (!Array.isArray(offered)) {
    const answer = right.map(showValue).find((text) => text !== '');
    return answer === undefined ? [] : [paragraph(words('Answer: ', 'bold'), words(answer))];
  }
  const isOrder = question['type'] === 'order';
  const isRight = makeCheck(right);
  const items = offered.map((option: unknown, i): RichNode => {
    const content = [paragraph(words(textOfOption(option)))];
    if (isOrder) return { type: 'listItem', content };
    return { type: 'taskItem', attrs: { checked: isRight(option, i) }, content };
  });
  return items.length === 0 ? [] : [{ type: isOrder ? 'orderedList' : 'taskList', content: items }];
}

/** What is right is marked at the option, or named by its id, its text or its number. */
function makeCheck(right: readonly unknown[]): (option: unknown, i: number) => boolean {
  const named = new Set(right.flat().filter((value) => typeof value !== 'boolean'));
  return (option, i) => {
    if (!isRecord(option)) return named.has(option) || named.has(i);
    const isMarked = rightFields.some((field) => option[field] === true);
    const { id, text, value } = option;
    const isNamed = [id, text, value].some((name) => name !== undefined && named.has(name));
    return isMarked || isNamed || named.has(i);
  };
}

function textOfOption(option: unknown): string {
  if (!isRecord(option)) return showValue(option);
  const { text, label, title, value } = option;
  return showValue(text ?? label ?? title ?? value);
}
