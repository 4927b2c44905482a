import * as Y from 'yjs';

/**
 * A value as a map of a document takes it. Yjs tells kinds of values apart by their `constructor`, and
 * refuses an object that has a key of that name: such a one becomes a map of its own.
 */
export function holdValue(value: unknown): unknown {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord || !Object.hasOwn(value, 'constructor')) return value;
  return new Y.Map(Object.entries(value).map(([key, field]) => [key, holdValue(field)]));
}
