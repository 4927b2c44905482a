import { edgeTypes, nodeTypes } from '@lectern/db/graph/graph';
import { type Fields, isFields, noteOthers, pick, showName, textOf } from './fields.ts';

const nodeNames: Readonly<Record<string, string>> = {
  module: 'section',
  chapter: 'section',
  unit: 'section',
  group: 'section',
  topic: 'lesson',
  text: 'lesson',
  article: 'lesson',
  page: 'lesson',
  test: 'quiz',
  exam: 'quiz',
  question: 'quiz',
  task: 'assignment',
  exercise: 'assignment',
  homework: 'assignment',
  project: 'assignment',
};

const edgeNames: Readonly<Record<string, string>> = {
  prerequisite: 'requires',
  dependency: 'requires',
  'depends-on': 'requires',
  required: 'requires',
  related: 'relates',
  reference: 'relates',
  link: 'relates',
};

/** A type that is ours, from what a node was drawn as or what its data says it is. */
export function mapNodeType(drawn: unknown, stated: unknown, changes: string[]): string {
  return mapType([drawn, stated], {
    types: nodeTypes,
    names: nodeNames,
    fallback: 'lesson',
    changes,
  });
}

export function mapEdgeType(
  fields: Fields,
  changes: string[],
): { readonly type: string; readonly isTurned: boolean } {
  const data = isFields(fields['data']) ? fields['data'] : {};
  const stated = pick(data, ...statedFields);
  const words = [fields['type'], stated, fields['label']];
  const type = mapType(words, { types: edgeTypes, names: edgeNames, fallback: 'next', changes });
  for (const word of [stated, fields['label']]) {
    const shown = showName(word).trim();
    const isTold =
      shown === '' || isWord(word, type) || changes.some((text) => text.includes(`“${shown}”`));
    if (!isTold) changes.push(`There is no place for its label, “${shown}”.`);
  }
  noteOthers(data, [statedFields], changes);
  if (data !== fields['data']) noteOthers({ data: fields['data'] }, [], changes);
  // Such a one begins at what comes first; ours begin where something is required.
  const isTurned =
    type === 'requires' &&
    words.some((word) => isWord(word, 'prerequisite')) &&
    !words.some((word) => isWord(word, type));
  if (isTurned) changes.push('It leads the other way now, to what is required.');
  return { type, isTurned };
}

const statedFields = ['type', 'kind', 'relation'];

function isWord(value: unknown, word: string): boolean {
  return textOf(value)?.trim().toLowerCase() === word;
}

type Mapping = {
  readonly types: readonly string[];
  readonly names: Readonly<Record<string, string>>;
  readonly fallback: string;
  readonly changes: string[];
};

function mapType(words: readonly unknown[], { types, names, fallback, changes }: Mapping): string {
  const stated = words.flatMap((word) => textOf(word)?.trim() || []);
  const known = stated.find((word) => types.includes(word.toLowerCase()));
  if (known !== undefined) return known.toLowerCase();
  const alike = stated.find((word) => Object.hasOwn(names, word.toLowerCase()));
  const type = (alike !== undefined && names[alike.toLowerCase()]) || fallback;
  const word = alike ?? stated[0];
  if (word !== undefined) changes.push(`Its type “${showName(word)}” became “${type}”.`);
  else if (words.some((one) => textOf(one) === undefined && one !== undefined && one !== null)) {
    changes.push(`Its type is not a word; it is taken for “${type}”.`);
  }
  return type;
}
