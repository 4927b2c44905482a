import type { ExpressionBuilder } from 'kysely';
import type { Db } from './connect.ts';
import type { Tables } from './tables.ts';

// What somebody can have any number of, read in batches.

/** The courses that the person is an owner of. */
export function streamOwnedCourses(db: Db, userId: string) {
  return streamById((after) =>
    db
      .selectFrom('courses')
      .select([
        'id',
        'title',
        'description',
        'language',
        'level',
        'tags',
        'visibility',
        'status',
        'version',
        'created_at as createdAt',
        'updated_at as updatedAt',
      ])
      .where(isOwnedBy(userId))
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute(),
  );
}

/** Whether the person is one of its owners. `owner_id` counts too, should it ever stand alone. */
export function isOwnedBy(userId: string) {
  return (eb: ExpressionBuilder<Tables, 'courses'>) =>
    eb.or([
      eb('courses.owner_id', '=', userId),
      eb.exists(
        eb
          .selectFrom('course_members')
          .select('user_id')
          .whereRef('course_members.course_id', '=', 'courses.id')
          .where('course_members.user_id', '=', userId)
          .where('course_members.role', '=', 'owner'),
      ),
    ]);
}

export function streamCourseMaterials(db: Db, courseId: string) {
  return streamById((after) =>
    selectMaterials(db)
      .where('materials.course_id', '=', courseId)
      .where('materials.id', '>', after)
      .limit(batch)
      .execute(),
  );
}

/** Everything that the person uploaded, to whatever course. */
export function streamUploads(db: Db, userId: string) {
  return streamById((after) =>
    selectMaterials(db)
      .where('materials.owner_id', '=', userId)
      .where('materials.id', '>', after)
      .limit(batch)
      .execute(),
  );
}

export async function countUploads(db: Db, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('materials')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('owner_id', '=', userId)
    .executeTakeFirstOrThrow();
  return count;
}

function selectMaterials(db: Db) {
  return (
    db
      .selectFrom('materials')
      .innerJoin('courses', 'courses.id', 'materials.course_id')
      .select([
        'materials.id',
        'materials.course_id as courseId',
        'courses.title as courseTitle',
        'materials.owner_id as uploaderId',
        'file_name as fileName',
        'media_type as mediaType',
        'kind',
        'size_bytes as sizeBytes',
        'materials.language',
        'object_key as objectKey',
        'materials.created_at as uploadedAt',
      ])
      // One that is being fetched has no file yet.
      .where('materials.sha256', 'not like', 'pending:%')
      .orderBy('materials.id')
  );
}

/** What the person wrote about courses, whoever has them. */
export function streamOwnComments(db: Db, userId: string) {
  return streamById((after) =>
    db
      .selectFrom('comments')
      .innerJoin('courses', 'courses.id', 'comments.course_id')
      .select([
        'comments.id',
        'comments.course_id as courseId',
        'courses.title as courseTitle',
        'parent_id as parentId',
        'target_kind as targetKind',
        'target_id as targetId',
        'body',
        'comments.created_at as createdAt',
        'edited_at as editedAt',
        'resolved_at as resolvedAt',
      ])
      .where('author_id', '=', userId)
      .where('comments.id', '>', after)
      .orderBy('comments.id')
      .limit(batch)
      .execute(),
  );
}

/** What the person did, as the audit log has it. */
export function streamActivity(db: Db, userId: string) {
  return streamById((after) =>
    db
      .selectFrom('audit_log')
      .select([
        'id',
        'at',
        'action',
        'subject_type as subjectType',
        'subject_id as subjectId',
        'before',
        'after',
        'request_id as requestId',
        'address',
      ])
      .where('actor_id', '=', userId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute(),
  );
}

export function streamOwnRuns(db: Db, userId: string) {
  return streamById((after) =>
    db
      .selectFrom('runs')
      .select([
        'id',
        'job',
        'subject',
        'state',
        'progress',
        'attempts',
        'error',
        'created_at as createdAt',
        'started_at as startedAt',
        'finished_at as finishedAt',
      ])
      .where('owner', '=', userId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute(),
  );
}

/** Courses that the person took out as a file. */
export function streamCourseExports(db: Db, userId: string) {
  return streamById((after) =>
    db
      .selectFrom('course_exports')
      .select([
        'id',
        'course_id as courseId',
        'format',
        'size_bytes as sizeBytes',
        'created_at as createdAt',
        'expires_at as expiresAt',
      ])
      .where('user_id', '=', userId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute(),
  );
}

/** Files that the person brought to have courses made of them, and what was told of each. */
export function streamCourseImports(db: Db, userId: string) {
  return streamById((after) =>
    db
      .selectFrom('course_imports')
      .select([
        'id',
        'file_name as fileName',
        'size_bytes as sizeBytes',
        'report',
        'created_at as createdAt',
        'finished_at as finishedAt',
      ])
      .where('user_id', '=', userId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(reportBatch)
      .execute(),
  );
}

/** What the person has seen and heard of recordings. */
export function streamWatching(db: Db, userId: string) {
  return streamById((after) =>
    db
      .selectFrom('watching')
      .innerJoin('materials', 'materials.id', 'watching.material_id')
      .innerJoin('courses', 'courses.id', 'materials.course_id')
      .select([
        'watching.material_id as id',
        'materials.course_id as courseId',
        'courses.title as courseTitle',
        'materials.file_name as fileName',
        'position_s as position',
        'intervals as watched',
        'share',
        'completed_at as completedAt',
        'watching.updated_at as updatedAt',
      ])
      .where('watching.user_id', '=', userId)
      .where('watching.material_id', '>', after)
      .orderBy('watching.material_id')
      .limit(batch)
      .execute(),
  );
}

const batch = 500;
/** A report can be as long as a course. */
const reportBatch = 5;
const beforeAnyId = '00000000-0000-0000-0000-000000000000';

/** Reads row after row without ever holding more than a batch. */
async function* streamById<Row extends { readonly id: string }>(
  read: (after: string) => Promise<Row[]>,
): AsyncGenerator<Row, void, void> {
  for (let after = beforeAnyId; ;) {
    const rows = await read(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
