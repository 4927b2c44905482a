import { type Author, draftAudit } from './audit.ts';
import type { Transaction } from './connect.ts';

export type FilledCourse = {
  readonly id: string;
  readonly ownerId: string;
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly level: string | null;
  readonly tags: readonly string[];
};

type Making = {
  readonly author: Author;
  /** What it was made of, for the log. */
  readonly origin: Readonly<Record<string, string>>;
};

/** Adds a course that is not empty from its first moment, for its owner alone; false when an earlier try made it. */
export async function insertFilledCourse(
  tx: Transaction,
  { ownerId, tags, ...course }: FilledCourse,
  { author, origin }: Making,
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
    after: { title: course.title, visibility: 'private', ...origin },
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
