import { isDeepStrictEqual } from 'node:util';
import { diffWords } from './diff-words.ts';
import type { Effort, TextRun } from './find-edits.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { plainText, type RichText } from './rich-text.ts';

/** What a field was and is; null where there was none. Of text also what became of its words. */
export type FieldDiff = {
  readonly before: unknown;
  readonly after: unknown;
  readonly words?: readonly TextRun[];
  /** Of `data`: its texts that are not as they were, each where it is. */
  readonly texts?: readonly {
    readonly path: readonly string[];
    readonly words: readonly TextRun[];
  }[];
};

export type ChangedElement = {
  readonly id: string;
  /** Of a node, as it is after. */
  readonly title?: string;
  readonly changes: Readonly<Record<string, FieldDiff>>;
};

export type ElementsDiff<T> = {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly ChangedElement[];
};

export type GraphDiff = {
  readonly nodes: ElementsDiff<GraphNode>;
  readonly edges: ElementsDiff<GraphEdge>;
};

/** Some tenths of a second, whatever two graphs hold. */
const mostSteps = 20_000_000;

/** What became of a graph. Both come out of JSON, so that nothing differs that JSON does not tell. */
export function diffGraphs(before: Graph, after: Graph, effort = { left: mostSteps }): GraphDiff {
  return {
    nodes: diffElements(before.nodes, after.nodes, (was, is) => {
      const changes = {
        ...diffFields(was, is, ['type', 'position']),
        ...(was.title !== is.title && { title: diffTitle(was, is, effort) }),
        ...(!isDeepStrictEqual(was.content, is.content) && {
          content: diffContent(was.content, is.content, effort),
        }),
        ...(!isDeepStrictEqual(was.data, is.data) && {
          data: { before: was.data, after: is.data, texts: diffTexts(was.data, is.data, effort) },
        }),
      };
      return { id: is.id, title: is.title, changes };
    }),
    edges: diffElements(before.edges, after.edges, (was, is) => {
      return { id: is.id, changes: diffFields(was, is, ['type', 'source', 'target']) };
    }),
  };
}

function diffElements<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
  compare: (was: T, is: T) => ChangedElement,
): ElementsDiff<T> {
  const known = new Map(before.map((element) => [element.id, element]));
  const ids = new Set(after.map(({ id }) => id));
  return {
    added: after.filter(({ id }) => !known.has(id)),
    removed: before.filter(({ id }) => !ids.has(id)),
    changed: after.flatMap((is) => {
      const was = known.get(is.id);
      return was === undefined || isDeepStrictEqual(was, is) ? [] : [compare(was, is)];
    }),
  };
}

function diffFields<T>(
  was: T,
  is: T,
  fields: readonly (keyof T & string)[],
): Record<string, FieldDiff> {
  const changed = fields.filter((field) => !isDeepStrictEqual(was[field], is[field]));
  return Object.fromEntries(
    changed.map((field) => [field, { before: was[field], after: is[field] }]),
  );
}

function diffTitle(was: GraphNode, is: GraphNode, effort: Effort): FieldDiff {
  const texts = { before: was.title, after: is.title };
  return { ...texts, words: diffWords(texts, effort) };
}

function diffContent(
  was: RichText | undefined,
  is: RichText | undefined,
  effort: Effort,
): FieldDiff {
  const textOf = (content: RichText | undefined) => (content ? plainText(content) : '');
  const words = diffWords({ before: textOf(was), after: textOf(is) }, effort);
  return { before: was ?? null, after: is ?? null, words };
}

function diffTexts(
  was: unknown,
  is: unknown,
  effort: Effort,
  path: readonly string[] = [],
): NonNullable<FieldDiff['texts']> {
  if (typeof was === 'string' && typeof is === 'string') {
    return was === is ? [] : [{ path, words: diffWords({ before: was, after: is }, effort) }];
  }
  if (typeof was !== 'object' || typeof is !== 'object' || was === null || is === null) return [];
  const others = new Map<string, unknown>(Object.entries(is));
  return Object.entries(was).flatMap(([key, value]) =>
    diffTexts(value, others.get(key), effort, [...path, key]),
  );
}
