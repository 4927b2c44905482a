import { type Author, draftAudit } from './audit.ts';
import type { Transaction } from './connect.ts';

export type ImportedCourse = {
  readonly id: string;
  readonly ownerId: string;
  readonly importId: string;
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly level: string | null;
  readonly tags: readonly string[];
};

/** Adds a course that a file brought, for its owner alone; false when an earlier try made it. */
export async function insertImportedCourse(
  tx: Transaction,
  { ownerId, importId, tags, ...course }: ImportedCourse,
  author: Author,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('courses')
    .values({ ...course, tags: [...tags], owner_id: ownerId })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) return false;
  await tx
    .insertInto('course_members')
    .values({ course_id: course.id, user_id: ownerId, role: 'owner' })
    .execute();
  const audit = draftAudit(author, {
    action: 'course.create',
    subject: { type: 'course', id: course.id },
    after: { title: course.title, visibility: 'private', importId },
  });
  await tx.insertInto('audit_log').values(audit).execute();
  return true;
}

export async function isCourseMade(tx: Pick<Transaction, 'selectFrom'>, courseId: string) {
  const row = await tx
    .selectFrom('courses')
    .select('id')
    .where('id', '=', courseId)
    .executeTakeFirst();
  return row !== undefined;
}
