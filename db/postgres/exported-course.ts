import type { Db } from './connect.ts';

/** What of a course's row goes into a file. */
export type ExportedCourse = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly level: string | null;
  readonly tags: readonly string[];
  readonly visibility: 'private' | 'public';
};

export function findExportedCourse(db: Db, courseId: string): Promise<ExportedCourse | undefined> {
  return db
    .selectFrom('courses')
    .select(['id', 'title', 'description', 'language', 'level', 'tags', 'visibility'])
    .where('id', '=', courseId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

export type ExportedMaterial = {
  readonly id: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly kind: string;
  readonly size: number;
  readonly sha256: string;
  readonly objectKey: string;
  readonly addedAt: Date;
};

/** In the order in which they came. */
export function listExportedMaterials(db: Db, courseId: string): Promise<ExportedMaterial[]> {
  return (
    db
      .selectFrom('materials')
      .select([
        'id',
        'file_name as fileName',
        'media_type as mediaType',
        'kind',
        'size_bytes as size',
        'sha256',
        'object_key as objectKey',
        'created_at as addedAt',
      ])
      .where('course_id', '=', courseId)
      // One that is being fetched has no file yet.
      .where('sha256', 'not like', 'pending:%')
      .orderBy('id')
      .execute()
  );
}
