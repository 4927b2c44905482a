import type { Readable } from 'node:stream';
import { bytesOfId, idOfBytes } from '@lectern/db/postgres/new-id';
import { Type } from 'typebox';
import { invalidRequest } from '../problems/problem.ts';

// Shapes that several routes share.

export const Id = Type.String({
  pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
  description: 'a UUIDv7',
});

export const IdParams = Type.Object({ id: Id });

export const CourseRole = Type.Enum(['owner', 'editor', 'commenter', 'learner']);

/** An instant in ISO 8601, UTC. */
export const Instant = Type.String({ format: 'date-time' });

/** One line of text that shows something and holds nothing that controls how the rest is shown. */
export function Line(maxLength: number) {
  return Type.String({ maxLength, pattern: linePattern });
}

/** A text of any number of lines that shows something. */
export function Passage(maxLength: number) {
  return Type.String({ minLength: 1, maxLength, pattern: shown });
}

export function isLine(text: string, maxLength: number): boolean {
  return text.length <= maxLength && new RegExp(linePattern).test(text);
}

/** Something that is to be seen: neither space nor one of the characters without a width. */
const shown = String.raw`[^\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]`;
/** Control characters, line ends, and those that turn the direction of what comes after. */
const controlling = String.raw`[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]`;
const linePattern = `^(?=[^]*${shown})(?![^]*${controlling})[^]*$`;

/** What is sent is a stream; what arrives is a text. */
export const Bytes = Type.Unsafe<Readable>({ type: 'string' });

/** Long enough that nobody guesses it; short enough that hashing it costs nothing more. */
export const NewPassword = Type.String({ minLength: 10, maxLength: 200 });

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  cursor: Type.Optional(
    Type.String({ maxLength: 100, description: '`nextCursor` of the page before' }),
  ),
};

export const defaultLimit = 20;

export const NextCursor = Type.Union([Type.String(), Type.Null()]);

/** A cursor is the id of the last item, wrapped so that nobody builds on what it is. */
export function writeCursor(id: string): string {
  return bytesOfId(id).toString('base64url');
}

export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length === 16 && bytes.toString('base64url') === cursor) {
    return idOfBytes(bytes);
  }
  throw invalidRequest([{ path: 'query.cursor', message: 'is not one that this list gave' }]);
}

/** Cuts what was read, with one row more than asked for, to a page. */
export function cutPage<Row extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
): { readonly page: readonly Row[]; readonly nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: rows.length > limit && last ? writeCursor(last.id) : null };
}
