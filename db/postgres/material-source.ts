import type { Analysis } from '../materials/analysis.ts';
import type { Db, Transaction } from './connect.ts';

/** What a worker needs to know of a material. */
export type MaterialSource = {
  readonly id: string;
  readonly course_id: string;
  readonly file_name: string;
  readonly media_type: string;
  readonly object_key: string;
};

export function findMaterialSource(
  db: Db,
  materialId: string,
): Promise<MaterialSource | undefined> {
  return db
    .selectFrom('materials')
    .select(['id', 'course_id', 'file_name', 'media_type', 'object_key'])
    .where('id', '=', materialId)
    .executeTakeFirst();
}

/** All that is known of a file beside its text. */
export async function findMetadata(db: Db, materialId: string) {
  return db
    .selectFrom('materials')
    .select(['id', 'course_id as courseId', 'file_name as fileName', 'media_type as mediaType'])
    .select(['kind', 'size_bytes as sizeBytes', 'sha256', 'created_at as createdAt'])
    .select(['title', 'author', 'language', 'page_count as pageCount', 'duration_ms as durationMs'])
    .where('id', '=', materialId)
    .executeTakeFirst();
}

/** What its authors say that a course is in. */
export async function findCourseLanguage(db: Db, courseId: string): Promise<string | undefined> {
  const course = await db
    .selectFrom('courses')
    .select('language')
    .where('id', '=', courseId)
    .executeTakeFirst();
  return course?.language;
}

export async function setMaterialLanguage(
  tx: Transaction,
  materialId: string,
  language: string | null,
): Promise<void> {
  await tx.updateTable('materials').set({ language }).where('id', '=', materialId).execute();
}

export async function setMaterialAnalysis(
  tx: Transaction,
  materialId: string,
  analysis: Analysis,
): Promise<void> {
  await tx
    .updateTable('materials')
    .set({ analysis: JSON.stringify(analysis) })
    .where('id', '=', materialId)
    .execute();
}

export type FileFacts = {
  readonly title?: string;
  readonly author?: string;
  readonly pages?: number;
  readonly durationMs?: number;
};

/** What the file says of itself. */
export async function setFileFacts(
  tx: Transaction,
  materialId: string,
  { title, author, pages, durationMs }: FileFacts,
): Promise<void> {
  await tx
    .updateTable('materials')
    .set({
      title: title ?? null,
      author: author ?? null,
      page_count: pages ?? null,
      duration_ms: durationMs ?? null,
    })
    .where('id', '=', materialId)
    .execute();
}
