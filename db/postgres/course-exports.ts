import { createHash } from 'node:crypto';
import { basename } from 'node:path/posix';
import { sql } from 'kysely';
import { exportCourse } from '../jobs/course.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';
import type { CourseExportFormat } from './graph-tables.ts';

/** A course as a file. Without `object_key` it is still being written. */
export type CourseExport = {
  readonly id: string;
  readonly course_id: string;
  readonly user_id: string;
  readonly format: CourseExportFormat;
  readonly object_key: string | null;
  readonly size_bytes: number | null;
  readonly created_at: Date;
  readonly expires_at: Date;
};

const columns = [
  'id',
  'course_id',
  'user_id',
  'format',
  'object_key',
  'size_bytes',
  'created_at',
  'expires_at',
] as const;

export const courseExportsFolder = 'course-exports';

/**
 * Where the file is, or will be. Its name says which state of the course it shows, so that an export is
 * given again only while the course is the same.
 */
export function courseExportKeyOf(
  { id, user_id, format }: Pick<CourseExport, 'id' | 'user_id' | 'format'>,
  state: string,
): string {
  const ending = format === 'json' ? 'json' : 'zip';
  return `${courseExportsFolder}/${user_id}/${id}.${state}.${ending}`;
}

/** The id of the export whose file it is. */
export function courseExportIdOf(objectKey: string): string | undefined {
  return basename(objectKey).split('.')[0];
}

export function showsState({ object_key: key }: CourseExport, state: string): boolean {
  return key !== null && basename(key).split('.')[1] === state;
}

/** A word that is another one after each change of what an export shows; undefined without a course. */
export async function findCourseState(db: Db, courseId: string): Promise<string | undefined> {
  const { rows } = await sql<object>`
    select courses.version, coalesce(document.version, 0) as document,
      (select json_agg(id order by id) from materials where course_id = courses.id) as materials
    from courses left join course_documents as document on document.course_id = courses.id
    where courses.id = ${courseId} and deleted_at is null`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  return createHash('sha256').update(JSON.stringify(row)).digest('hex').slice(0, 16);
}

export type NewCourseExport = {
  readonly id: string;
  readonly courseId: string;
  readonly userId: string;
  readonly format: CourseExportFormat;
  readonly lifeMs: number;
  readonly requestId: string;
};

/** Adds the export and the run that writes it. */
export async function insertCourseExport(
  tx: Transaction,
  { id, courseId, userId, format, lifeMs, requestId }: NewCourseExport,
): Promise<CourseExport> {
  const inserted = await tx
    .insertInto('course_exports')
    .values({
      id,
      course_id: courseId,
      user_id: userId,
      format,
      expires_at: sql<Date>`now() + ${lifeMs}::bigint * interval '1 millisecond'`,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  await enqueue(tx, exportCourse, { exportId: id }, { subject: id, owner: userId, requestId });
  return inserted;
}

type Whose = { readonly courseId: string; readonly userId: string };

/** The person's newest in this format that has not run out. */
export function findLatestCourseExport(
  db: Db,
  { format, ...whose }: Whose & { readonly format: CourseExportFormat },
): Promise<CourseExport | undefined> {
  return selectLasting(db, whose)
    .where('format', '=', format)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** One of the person's own that has not run out. */
export function findCourseExport(
  db: Db,
  { exportId, ...whose }: Whose & { readonly exportId: string },
): Promise<CourseExport | undefined> {
  return selectLasting(db, whose).where('id', '=', exportId).executeTakeFirst();
}

function selectLasting(db: Db, { courseId, userId }: Whose) {
  return db
    .selectFrom('course_exports')
    .select(columns)
    .where('course_id', '=', courseId)
    .where('user_id', '=', userId)
    .where('expires_at', '>', sql<Date>`now()`);
}

/** For the worker that writes it and the link that leads to it, whoever it belongs to. */
export function findCourseExportById(db: Db, exportId: string): Promise<CourseExport | undefined> {
  return db
    .selectFrom('course_exports')
    .select(columns)
    .where('id', '=', exportId)
    .executeTakeFirst();
}

/** Says that the file is whole and where it is; false when the export was removed meanwhile. */
export async function finishCourseExport(
  tx: Transaction,
  file: { readonly exportId: string; readonly objectKey: string; readonly sizeBytes: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('course_exports')
    .set({ object_key: file.objectKey, size_bytes: file.sizeBytes })
    .where('id', '=', file.exportId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export function listExpiredCourseExports(db: Db, now: Date): Promise<CourseExport[]> {
  return db.selectFrom('course_exports').select(columns).where('expires_at', '<', now).execute();
}

export async function deleteCourseExport(db: Db, exportId: string): Promise<void> {
  await db.deleteFrom('course_exports').where('id', '=', exportId).execute();
}

/** Which of these there are. Compared as text: the name of a file may be anything. */
export async function listKnownCourseExports(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id::text from course_exports where id::text = any(${ids}::text[])`.execute(db);
  return new Set(rows.map(({ id }) => id));
}
