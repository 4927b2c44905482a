import { limits } from '@lectern/db/graph/graph';
import { parseRichText } from '@lectern/db/graph/parse-rich-text';
import { OutOfBounds, readJson } from '@lectern/db/graph/read-json';
import type { RichText } from '@lectern/db/graph/rich-text';
import { canonicalRichText } from './canonical-rich-text.ts';
import { isFields } from './fields.ts';

/** What a node carries, within the bounds that a document has; what is not is said in `changes`. */
export function takeData(value: unknown, changes: string[]): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (!isFields(value)) {
    changes.push('Its data is not an object and was left out.');
    return {};
  }
  const budget = { left: limits.dataCharacters, depth: limits.dataDepth };
  const data = within('data', changes, () => dropPrototypes(readJson(value, budget), changes));
  return isFields(data) ? { ...data } : {};
}

export function takeContent(value: unknown, changes: string[]): RichText | undefined {
  return within('content', changes, () => {
    const text = parseRichText(value);
    const clean = dropPrototypes(text, changes);
    return canonicalRichText(clean === text ? text : parseRichText(clean));
  });
}

function within<T>(what: string, changes: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OutOfBounds)) throw error;
    changes.push(`Its ${what} ${error.message}, so it was left out.`);
    return undefined;
  }
}

function isReserved(type: unknown): boolean {
  return type === '__proto__' || type === 'ychange';
}

/** A document would take such a name for what its object descends from. */
function dropPrototypes(value: unknown, changes: string[]): unknown {
  let dropped = 0;
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit);
    if (!isFields(part)) return part;
    const kept = Object.entries(part).filter(([key]) => key !== '__proto__');
    dropped += Object.keys(part).length - kept.length;
    return Object.fromEntries(kept.map(([key, inner]) => [key, visitField(key, inner)]));
  };
  // In a document the type of a mark is such a key, and the other is one of Yjs itself.
  const visitField = (key: string, inner: unknown): unknown => {
    if (key !== 'marks' || !Array.isArray(inner)) return visit(inner);
    const kept = inner.filter((mark) => !isFields(mark) || !isReserved(mark['type']));
    dropped += inner.length - kept.length;
    return visit(kept);
  };
  const clean = visit(value);
  if (dropped === 0) return value;
  changes.push('What is called __proto__ or ychange was left out.');
  return clean;
}
