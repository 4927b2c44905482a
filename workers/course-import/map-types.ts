import { edgeTypes, nodeTypes } from '@lectern/db/graph/graph';
import { type Fields, isFields, pick, showName, textOf } from './fields.ts';

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

export function mapEdgeType(fields: Fields, changes: string[]): string {
  const data = isFields(fields['data']) ? fields['data'] : {};
  const words = [fields['type'], pick(data, 'type', 'kind', 'relation'), fields['label']];
  return mapType(words, { types: edgeTypes, names: edgeNames, fallback: 'next', changes });
}

type Mapping = {
  readonly types: readonly string[];
  readonly names: Readonly<Record<string, string>>;
  readonly fallback: string;
  readonly changes: string[];
};

function mapType(words: readonly unknown[], { types, names, fallback, changes }: Mapping): string {
  const stated = words.flatMap((word) => textOf(word)?.toLowerCase() ?? []);
  const known = stated.find((word) => types.includes(word));
  if (known !== undefined) return known;
  const alike = stated.find((word) => Object.hasOwn(names, word));
  const type = (alike !== undefined && names[alike]) || fallback;
  const word = alike ?? stated.find((one) => one !== '');
  if (word !== undefined) changes.push(`Its type “${showName(word)}” became “${type}”.`);
  return type;
}
