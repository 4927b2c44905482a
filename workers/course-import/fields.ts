import { cleanText } from '@lectern/db/graph/read-json';

// What a file says may be anything: these take of it what is fit, and never follow a prototype.

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of the fields that has a value. */
export function pick(fields: Fields, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Numbers and texts as a text; undefined for what is neither. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? cleanText(value) : undefined;
}

/** For a line of a report: short, and without what would control how it is shown. */
export function showName(value: unknown): string {
  const text = textOf(value) ?? '';
  const line = text.slice(0, 200).replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ');
  return cleanText(line.length < text.length || text.length > 80 ? `${line.slice(0, 80)}…` : line);
}
