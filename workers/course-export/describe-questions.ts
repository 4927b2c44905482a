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
  const offered = findOffered(question);
  if (offered === undefined) {
    const answers = answerFields.map((field) => showValue(question[field]));
    const answer = answers.find((text) => text !== '');
    return answer === undefined ? [] : [paragraph(words('Answer: ', 'bold'), words(answer))];
  }
  const isOrder = question['type'] === 'order';
  const isRight = makeCheck(question, offered);
  const items = offered.map((option, i): RichNode => {
    const content = [paragraph(words(textOfOption(option)))];
    if (isOrder) return { type: 'listItem', content };
    return { type: 'taskItem', attrs: { checked: isRight(option, i) }, content };
  });
  return items.length === 0 ? [] : [{ type: isOrder ? 'orderedList' : 'taskList', content: items }];
}

/** What is to be chosen from. Words alone that stand under `answers` are the right ones. */
function findOffered(question: Question): readonly unknown[] | undefined {
  return optionFields.flatMap((field): (readonly unknown[])[] => {
    const value = question[field];
    const isOffer = Array.isArray(value) && (field !== 'answers' || value.some(isRecord));
    return isOffer ? [value] : [];
  })[0];
}

/** What is right is marked at the option, or named by its id or its text; else by its place. */
function makeCheck(
  question: Question,
  offered: readonly unknown[],
): (option: unknown, i: number) => boolean {
  const given = answerFields.filter((field) => question[field] !== offered);
  const values = given.flatMap((field) =>
    field === 'correctIndex' ? [] : [question[field]].flat(),
  );
  const named = new Set<unknown>(
    values.filter((value) => typeof value === 'string' || typeof value === 'number'),
  );
  const namesOf = (option: unknown): readonly unknown[] =>
    isRecord(option) ? [option['id'], option['text'], option['value']] : [option];
  const known = new Set(offered.flatMap(namesOf));
  const others = [...named].filter((value) => !known.has(value));
  const places = new Set([question['correctIndex'], ...others].flat());
  return (option, i) => {
    const isMarked = isRecord(option) && rightFields.some((field) => option[field] === true);
    return isMarked || places.has(i) || namesOf(option).some((name) => named.has(name));
  };
}

function textOfOption(option: unknown): string {
  if (!isRecord(option)) return showValue(option);
  const { text, label, title, value } = option;
  return showValue(text ?? label ?? title ?? value);
}
