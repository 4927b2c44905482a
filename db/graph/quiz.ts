import type { GraphNode } from './graph.ts';

// `data.questions` of a quiz: [{ type, text, options?: [{ id, text, correct }], answer? }]. Editors and
// older files name what is right in several ways; all of them are known here and nowhere else.

export type Question = Readonly<Record<string, unknown>>;

export function questionsOf({ data }: Pick<GraphNode, 'data'>): readonly Question[] {
  const questions = data['questions'];
  if (!Array.isArray(questions)) return [];
  return questions.filter(isRecord);
}

export const answerFields = [
  'answer',
  'answers',
  'correct',
  'correctAnswer',
  'correctAnswers',
  'correctIndex',
  'correctOption',
  'correctOptions',
  'solution',
] as const;
export const optionFields = ['options', 'choices', 'answers'] as const;
export const rightFields = ['correct', 'isCorrect', 'right'] as const;
/** What a learner is told once the answer is given. */
const remarkFields = ['explanation', 'feedback'] as const;

export function hasRightAnswer(question: Question): boolean {
  if (optionsOf(question).some((option) => rightFields.some((field) => option[field] === true))) {
    return true;
  }
  // The order in which the author wrote them is the answer.
  if (question['type'] === 'order')
    return Array.isArray(question['options']) || isGiven(question['answer']);
  return answerFields.some(
    (field) => isGiven(question[field]) && !isListOfOptions(question[field]),
  );
}

function optionsOf(question: Question): Question[] {
  return optionFields.flatMap((field) => {
    const options = question[field];
    return Array.isArray(options) ? options.filter(isRecord) : [];
  });
}

function isListOfOptions(value: unknown): boolean {
  return Array.isArray(value) && value.some(isRecord);
}

function isGiven(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isGiven);
  if (typeof value === 'string') return value.trim() !== '';
  return typeof value === 'number' || typeof value === 'boolean';
}

/** The quiz as those see it who are to answer. */
export function hideAnswers<T extends Pick<GraphNode, 'type' | 'data'>>(node: T): T {
  if (node.type !== 'quiz') return node;
  const data = omit(node.data, [...answerFields, ...remarkFields]);
  if (!('questions' in data)) return { ...node, data };
  return {
    ...node,
    data: { ...data, questions: questionsOf(node).map(hideAnswer).map(hideWithin) },
  };
}

/** Whether those who are to answer are shown less than is there. */
export function tellsAnswers(node: Pick<GraphNode, 'type' | 'data'>): boolean {
  if (node.type !== 'quiz') return false;
  const hasOrder = questionsOf(node).some(({ type }) => type === 'order');
  return hasOrder || JSON.stringify(hideAnswers(node).data) !== JSON.stringify(node.data);
}

function hideAnswer(question: Question): Question {
  const isOrder = question['type'] === 'order';
  const hidden = Object.entries(question).flatMap(([field, value]): [string, unknown][] => {
    const isHidden = [...answerFields, ...remarkFields].some((name) => name === field);
    const isOptions = Array.isArray(value) && optionFields.some((name) => name === field);
    if (!isOptions) return isHidden ? [] : [[field, value]];
    // Under `answers` some keep what is to be chosen from, and some what is right.
    if (isHidden && !isListOfOptions(value)) return [];
    const options = value.map(hideInOption);
    // In the order in which they were written they would be the answer.
    return [[field, isOrder ? options.toSorted(byText) : options]];
  });
  return Object.fromEntries(hidden);
}

const hiddenNames: ReadonlySet<string> = new Set(
  [...answerFields, 'isCorrect', ...remarkFields]
    .filter((name) => name !== 'answers')
    .map((name) => name.toLowerCase()),
);

/** What says what is right in any other place, or by the same name spelled otherwise. */
function hideWithin<T>(value: T): T;
function hideWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => hideWithin(item));
  if (!isRecord(value)) return value;
  const shown = Object.entries(value).filter(([field, inner]) => {
    const name = field.replaceAll(/[-_\s]/g, '').toLowerCase();
    return !hiddenNames.has(name) && !(name === 'right' && typeof inner === 'boolean');
  });
  return Object.fromEntries(shown.map(([field, inner]) => [field, hideWithin(inner)]));
}

function hideInOption(option: unknown): unknown {
  return isRecord(option) ? omit(option, [...rightFields, ...remarkFields]) : option;
}

/** Ids often count up in the order in which options were written: they decide last. */
function byText(a: unknown, b: unknown): number {
  return sortKey(a) < sortKey(b) ? -1 : 1;
}

function sortKey(option: unknown): string {
  const text = isRecord(option) ? (option['text'] ?? option['label'] ?? option['title']) : '';
  return JSON.stringify([text ?? '', option]);
}

function omit(record: Question, fields: readonly string[]): Question {
  return Object.fromEntries(Object.entries(record).filter(([field]) => !fields.includes(field)));
}

function isRecord(value: unknown): value is Question {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
