import { basename } from 'node:path/posix';
import type { Store } from '@lectern/db/open';
import {
  courseExportIdOf,
  courseExportsFolder,
  listKnownCourseExports,
} from '@lectern/db/postgres/course-exports';
import { courseImportsFolder, listOpenImports } from '@lectern/db/postgres/course-imports';
import type { Db } from '@lectern/db/postgres/connect';
import { listKnownUploads, uploadsFolder } from '@lectern/db/postgres/uploads';
import { listKnownExports, listKnownMaterials } from '@lectern/db/postgres/tidy';

/** Files that are kept for the sake of a row. */
export type Files = {
  readonly prefix: string;
  /** The id of the row. */
  readonly idOf: (key: string) => string | undefined;
  /** Which of these rows there are. */
  readonly listKnown: (db: Db, ids: readonly string[]) => Promise<Set<string>>;
};

export const materialFiles: Files = {
  prefix: 'materials/',
  idOf: (key) => key.split('/')[2],
  listKnown: listKnownMaterials,
};

export const exportFiles: Files = {
  prefix: 'exports/',
  idOf: (key) => basename(key, '.zip'),
  listKnown: listKnownExports,
};

export const courseExportFiles: Files = {
  prefix: `${courseExportsFolder}/`,
  idOf: courseExportIdOf,
  listKnown: listKnownCourseExports,
};

/** What was brought in is of no use once the courses are made of it. */
export const courseImportFiles: Files = {
  prefix: `${courseImportsFolder}/`,
  idOf: (key) => basename(key),
  listKnown: listOpenImports,
};

/** Pieces of files that nobody went on with. */
export const uploadFiles: Files = {
  prefix: `${uploadsFolder}/`,
  idOf: (key) => key.split('/')[2],
  listKnown: listKnownUploads,
};

type StrayOptions = { readonly olderThan: Date; readonly signal: AbortSignal };

const batch = 500;

/**
 * Removes files that have no row: what a process left that ended between the file and the row, or
 * wrote while the row was being deleted. Young files are left alone, their row may be on its way.
 */
export async function removeStrayObjects(
  { objects, postgres }: Pick<Store, 'objects' | 'postgres'>,
  { prefix, idOf, listKnown }: Files,
  { olderThan, signal }: StrayOptions,
): Promise<number> {
  let removed = 0;
  let candidates: { key: string; rowId: string }[] = [];
  const removeUnknown = async () => {
    const ids = new Set(candidates.map(({ rowId }) => rowId));
    const known = await listKnown(postgres, [...ids]);
    for (const { key, rowId } of candidates) {
      if (known.has(rowId)) continue;
      await objects.remove(key);
      removed++;
    }
    candidates = [];
  };
  for await (const { key, modifiedAt } of objects.list(prefix)) {
    signal.throwIfAborted();
    const rowId = idOf(key);
    if (rowId === undefined || modifiedAt >= olderThan) continue;
    candidates.push({ key, rowId });
    if (candidates.length >= batch) await removeUnknown();
  }
  await removeUnknown();
  return removed;
}
