import { sql } from 'kysely';
import { type CoursePermission, mayInCourse } from '../access/permissions.ts';
import type { Transaction } from './connect.ts';

/** Whether one of the people who are held may do this in the course. */
export type MayDo = (userId: string, permission: CoursePermission) => boolean;

/**
 * Locks the course and then these people, so that until the end of the transaction nobody's role in it
 * changes and no account goes. Undefined when the course is gone.
 */
export async function holdPeople(
  tx: Transaction,
  { courseId, userIds }: { readonly courseId: string; readonly userIds: readonly string[] },
): Promise<MayDo | undefined> {
  const course = await tx
    .selectFrom('courses')
    .select('id')
    .where('id', '=', courseId)
    .where('deleted_at', 'is', null)
    .forKeyShare()
    .executeTakeFirst();
  if (course === undefined) return undefined;
  // A statement of its own: it sees what whoever had the lock before has changed.
  const rows = await tx
    .selectFrom('users')
    .leftJoin('course_members', (join) =>
      join
        .onRef('course_members.user_id', '=', 'users.id')
        .on('course_members.course_id', '=', courseId),
    )
    .select(['users.id', 'users.role', 'course_members.role as courseRole'])
    .where('users.id', 'in', userIds)
    .where('users.deleting_at', 'is', null)
    .orderBy('users.id')
    .forKeyShare('users')
    .execute();
  const people = new Map(rows.map((row) => [row.id, row]));
  return (userId, permission) => {
    const person = people.get(userId);
    if (person === undefined) return false;
    return mayInCourse(person, permission, { role: person.courseRole, isOpen: false });
  };
}

/** Takes the id of a person whose account goes out of all comments; names and words stay. */
export async function forgetMentions(tx: Transaction, userId: string): Promise<void> {
  // All comments that the account stands in, a thread before its replies, as those who delete it do.
  await sql`
    with held as materialized (
      select id from comments
      where author_id = ${userId} or resolved_by = ${userId} or mentions @> array[${userId}::uuid]
      order by id for no key update
    )
    select count(*) from held`.execute(tx);
  await sql`
    update comments
    set mentions = array_remove(mentions, ${userId}::uuid),
      body = regexp_replace(body, ${String.raw`\]\(${userId}\)`}, ']', 'gi')
    where mentions @> array[${userId}::uuid]`.execute(tx);
}
