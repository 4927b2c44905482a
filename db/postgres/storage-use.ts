import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';

/** How much files may take; undefined for as much as there is room. */
export type Quotas = {
  readonly userQuotaBytes: number | undefined;
  readonly courseQuotaBytes: number | undefined;
};

/** The same for a file that an upload held room for, which it gives back now. */
export type Room = Quotas & { readonly fromUpload?: string };

export const noQuotas: Quotas = { userQuotaBytes: undefined, courseQuotaBytes: undefined };

export type Whose = { readonly courseId: string; readonly ownerId: string };

/** More than the quota of a person or a course would be taken. */
export class QuotaExceeded extends Error {
  override readonly name = 'QuotaExceeded';
  readonly code = 'quota_exceeded';
}

export function hasQuotas({ userQuotaBytes, courseQuotaBytes }: Quotas): boolean {
  return userQuotaBytes !== undefined || courseQuotaBytes !== undefined;
}

/**
 * Throws where what this transaction added is too much; it has to be rolled back then. Exact, because
 * others that add to the same sum wait until this transaction ends.
 */
export async function requireRoom(
  tx: Transaction,
  { courseId, ownerId }: Whose,
  { quotas, sizeBytes }: { readonly quotas: Quotas; readonly sizeBytes: number },
): Promise<void> {
  if (!hasQuotas(quotas)) return;
  const { userQuotaBytes, courseQuotaBytes } = quotas;
  const [ofUser, ofCourse] = await Promise.all([usedBytes(tx, ownerId), usedBytes(tx, courseId)]);
  refuse('All your files together', ofUser - sizeBytes, userQuotaBytes, sizeBytes);
  refuse('The files of this course', ofCourse - sizeBytes, courseQuotaBytes, sizeBytes);
}

function refuse(what: string, before: number, most: number | undefined, more: number): void {
  if (most === undefined || more <= 0 || before + more <= most) return;
  const left = inWords(Math.max(0, most - before));
  throw new QuotaExceeded(
    `${what} may take ${inWords(most)}; ${left} of it is left, and this is ${inWords(more)}. Delete what is not needed, or ask whoever runs this installation for more.`,
  );
}

/** By the person or by the course. */
export async function usedBytes(db: Db, id: string): Promise<number> {
  const row = await db
    .selectFrom('storage_use')
    .select('used_bytes')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.used_bytes ?? 0;
}

/** Those of people and courses that have no files, or are gone. */
export async function deleteIdleStorageUse(db: Db): Promise<void> {
  await sql`delete from storage_use where used_bytes = 0`.execute(db);
}

/** Of a person or a course that this transaction deletes. */
export async function forgetStorageUse(tx: Transaction, id: string): Promise<void> {
  await tx.deleteFrom('storage_use').where('id', '=', id).where('used_bytes', '=', 0).execute();
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** What is left is never said to be more than it is. */
function inWords(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = power === 0 ? bytes : Math.floor(bytes / 1_000 ** power / 0.1) / 10;
  return `${value} ${units[power]}`;
}
