import { sql } from 'kysely';
import { importCourse } from '../jobs/course.ts';
import type { ImportReport } from '../jobs/import-report.ts';
import { type Author, writeAudit } from './audit.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';

/** A file of which courses are made, or were. */
export type CourseImport = {
  readonly id: string;
  readonly user_id: string;
  readonly file_name: string;
  readonly object_key: string;
  readonly size_bytes: number;
  readonly report: ImportReport | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
};

const columns = [
  'id',
  'user_id',
  'file_name',
  'object_key',
  'size_bytes',
  'report',
  'created_at',
  'finished_at',
] as const;

export const courseImportsFolder = 'imports';

export function courseImportKeyOf({
  id,
  userId,
}: {
  readonly id: string;
  readonly userId: string;
}) {
  return `${courseImportsFolder}/${userId}/${id}`;
}

export type NewCourseImport = {
  readonly id: string;
  readonly userId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
};

/** Adds the import and the run that does it. */
export async function insertCourseImport(
  tx: Transaction,
  { id, userId, fileName, sizeBytes }: NewCourseImport,
  author: Author,
): Promise<CourseImport> {
  const inserted = await tx
    .insertInto('course_imports')
    .values({
      id,
      user_id: userId,
      file_name: fileName,
      object_key: courseImportKeyOf({ id, userId }),
      size_bytes: sizeBytes,
      report: null,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  const request = author.requestId === null ? {} : { requestId: author.requestId };
  await enqueue(tx, importCourse, { importId: id }, { subject: id, owner: userId, ...request });
  await writeAudit(tx, author, {
    action: 'course.import',
    subject: { type: 'import', id },
    after: { sizeBytes },
  });
  return inserted;
}

/** One of the person's own. */
export function findCourseImport(
  db: Db,
  { userId, importId }: { readonly userId: string; readonly importId: string },
): Promise<CourseImport | undefined> {
  return selectImport(db, importId).where('user_id', '=', userId).executeTakeFirst();
}

/** For the worker, whoever it belongs to. */
export function findImportToRun(db: Db, importId: string): Promise<CourseImport | undefined> {
  return selectImport(db, importId).executeTakeFirst();
}

/** Keeps the import, and with it the right to make courses, until the transaction ends. */
export async function holdCourseImport(tx: Transaction, importId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('course_imports')
    .select('id')
    .where('id', '=', importId)
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

function selectImport(db: Db, importId: string) {
  return db.selectFrom('course_imports').select(columns).where('id', '=', importId);
}

/** Says what became of it; false when it was removed meanwhile. The first to say it is right. */
export async function finishCourseImport(
  tx: Transaction,
  importId: string,
  report: ImportReport,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('course_imports')
    .set({ report: JSON.stringify(report), finished_at: sql<Date>`now()` })
    .where('id', '=', importId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Imports whose file is still needed: those that wait, or that a worker is at. */
export async function listOpenImports(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id::text from course_imports where id::text = any(${ids}::text[])
      and finished_at is null and exists (
        select from runs where subject = course_imports.id and job = ${importCourse.name}
          and state in ('queued', 'running', 'failed')
      )`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** What came of an import is in its courses; its report is of use for a while. */
export async function deleteOldImports(db: Db, olderThan: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('course_imports')
    .where('created_at', '<', olderThan)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
