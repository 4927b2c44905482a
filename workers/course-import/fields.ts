import { cleanText } from '@lectern/db/graph/read-json';

// What a file says may be anything: these take of it what is fit, and never follow a prototype.

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of the fields that has a value. */
export function pick(fields: Fields, ...names: readonly string[]): unknown {
  const name = findName(fields, names);
  return name === undefined ? undefined : fields[name];
}

function findName(fields: Fields, names: readonly string[]): string | undefined {
  return names.find(
    (name) => Object.hasOwn(fields, name) && fields[name] !== undefined && fields[name] !== null,
  );
}

/** A list, or nothing of what should have been one, which is said in `changes`. */
export function listOf(value: unknown, what: string, changes: string[]): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const isGiven = value !== undefined && value !== null && value !== '';
  if (isGiven) changes.push(`Its ${what} are not a list and were left out.`);
  return [];
}

/** A text; what should have been one and is not is said in `changes`. */
export function takeText(value: unknown, what: string, changes: string[]): string {
  const text = textOf(value);
  const isLost = text === undefined && value !== undefined && value !== null;
  if (isLost) changes.push(`Its ${what} is not text and was left out.`);
  return text ?? '';
}

/** Says which fields nobody takes. Of names that mean the same, `pick` takes the first with a value. */
export function noteOthers(
  fields: Fields,
  taken: readonly (readonly string[])[],
  changes: string[],
): void {
  const known = new Set(taken.map((names) => findName(fields, names)));
  const others = Object.keys(fields).filter(
    (name) => !known.has(name) && !isEmpty(fields[name]) && !isUnmissed.test(name),
  );
  if (others.length === 0) return;
  const names = others.slice(0, 10).map((name) => `“${showName(name)}”`);
  const more = others.length > names.length ? ` and ${others.length - names.length} more` : '';
  changes.push(`There is no place for its ${names.join(', ')}${more}.`);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** When it was made and how it was drawn is nothing to miss. */
const isUnmissed =
  /^(version|viewport|zoom|selected|animated|hidden|style|className|zIndex|interactionWidth|lastModified|marker(Start|End)|\w+(At|Style|Handle))$/;

/** Numbers and texts as a text; undefined for what is neither. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? cleanText(value) : undefined;
}

export function isWords(value: unknown): boolean {
  return (textOf(value) ?? '').trim() !== '';
}

/** For a line of a report: short, and without what would control how it is shown. */
export function showName(value: unknown): string {
  const text = textOf(value) ?? '';
  const line = text.slice(0, 200).replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ');
  return cleanText(line.length < text.length || text.length > 80 ? `${line.slice(0, 80)}…` : line);
}
