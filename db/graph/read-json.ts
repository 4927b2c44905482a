import * as Y from 'yjs';

/** A value that rows and answers cannot hold: too deep, too large, or not JSON. */
export class OutOfBounds extends Error {
  override readonly name = 'OutOfBounds';
}

export type Budget = {
  /** Characters that may still come; each value costs some as well. */
  left: number;
  readonly depth: number;
};

/** The JSON of a value that any client may have written; throws `OutOfBounds`. */
export function readJson(value: unknown, budget: Budget, depth = 0): unknown {
  if (depth > budget.depth)
    throw new OutOfBounds(`is nested more than ${budget.depth} levels deep`);
  spend(budget, 4);
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return readText(value, budget);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'object') return readObject(value, budget, depth);
  throw new OutOfBounds(`holds a ${typeof value}, which JSON does not have`);
}

function readObject(value: object, budget: Budget, depth: number): unknown {
  if (Array.isArray(value)) return value.map((item) => readJson(item, budget, depth + 1));
  if (value instanceof Y.Array) {
    return Array.from(value, (item: unknown) => readJson(item, budget, depth + 1));
  }
  if (value instanceof Y.Text) return readText(textOf(value, budget), budget);
  if (value instanceof Y.Map) return readEntries(value.entries(), budget, depth);
  if (isPlain(value)) return readEntries(Object.entries(value), budget, depth);
  throw new OutOfBounds('holds something that is not JSON');
}

function readEntries(
  entries: Iterable<[string, unknown]>,
  budget: Budget,
  depth: number,
): Record<string, unknown> {
  const read: [string, unknown][] = [];
  for (const [key, value] of entries) {
    read.push([readText(key, budget), readJson(value, budget, depth + 1)]);
  }
  return Object.fromEntries(read);
}

/** A key `__proto__` gave it another prototype when it was decoded: only what it has itself counts. */
function isPlain(value: object): boolean {
  return !(value instanceof Y.AbstractType || value instanceof Y.Doc || ArrayBuffer.isView(value));
}

/** Text as PostgreSQL takes it: without NUL, and without halves of characters. */
export function readText(text: string, budget: Budget): string {
  spend(budget, text.length);
  return cleanText(text);
}

export function cleanText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole;
}

/** Looks at the length first, because joining the pieces of a huge text costs its size. */
export function textOf(text: Y.Text, { left }: Pick<Budget, 'left'>): string {
  if (text.length > left) throw new OutOfBounds('is too long');
  return text.toJSON();
}

function spend(budget: Budget, characters: number): void {
  budget.left -= characters;
  if (budget.left < 0) throw new OutOfBounds('is too large');
}
