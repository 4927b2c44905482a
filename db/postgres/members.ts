import { mayInCourse } from '../access/permissions.ts';
import type { Viewer } from '../access/viewer.ts';
import { type Author, writeAudit } from './audit.ts';
import type { Db, Transaction } from './connect.ts';
import type { CourseRole } from './tables.ts';

export type Member = {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: CourseRole;
  readonly created_at: Date;
};

/** In the order of their accounts. */
export function listMembers(
  db: Db,
  { courseId, after, limit }: { courseId: string; after?: string | undefined; limit: number },
): Promise<Member[]> {
  return selectMembers(db, courseId)
    .$if(after !== undefined, (query) => query.where('course_members.user_id', '>', after ?? ''))
    .orderBy('course_members.user_id')
    .limit(limit)
    .execute();
}

export function findMember(db: Db, { courseId, userId }: MemberKey): Promise<Member | undefined> {
  return selectMembers(db, courseId)
    .where('course_members.user_id', '=', userId)
    .executeTakeFirst();
}

function selectMembers(db: Db, courseId: string) {
  return db
    .selectFrom('course_members')
    .innerJoin('users', 'users.id', 'course_members.user_id')
    .select(['course_members.user_id', 'users.email', 'users.name', 'course_members.role'])
    .select('course_members.created_at')
    .where('course_members.course_id', '=', courseId)
    .where('users.deleting_at', 'is', null);
}

type MemberKey = { readonly courseId: string; readonly userId: string };

/** `last_owner`: a course keeps an owner. `unknown`: the course or the person is gone. */
export type MemberOutcome = 'done' | 'last_owner' | 'unknown' | 'forbidden';

/** Who does it, for the log; and whose right to do it is looked at once more, under the lock. */
export type MemberAuthor = Author & { readonly viewer?: Viewer };

/** Gives the person this role in the course, in place of what they had. */
export async function setMember(
  tx: Transaction,
  { courseId, userId, role }: MemberKey & { readonly role: CourseRole },
  { viewer, ...author }: MemberAuthor,
): Promise<MemberOutcome> {
  const refusal = await holdMembers(tx, { courseId, viewer });
  if (refusal !== undefined) return refusal;
  const before = await roleOf(tx, { courseId, userId });
  if (before === role) return 'done';
  if (before === 'owner' && !(await handOver(tx, { courseId, userId }))) return 'last_owner';
  const inserted = await tx
    .insertInto('course_members')
    .columns(['course_id', 'user_id', 'role'])
    .expression((eb) =>
      eb
        .selectFrom('users')
        .select([
          eb.val(courseId).$castTo<string>().as('course_id'),
          'users.id',
          eb.val(role).$castTo<CourseRole>().as('role'),
        ])
        .where('users.id', '=', userId)
        .where('users.deleting_at', 'is', null),
    )
    .onConflict((conflict) => conflict.columns(['course_id', 'user_id']).doUpdateSet({ role }))
    .returning('user_id')
    .executeTakeFirst();
  if (inserted === undefined) return 'unknown';
  if (before === 'owner') await deleteInvitations(tx, { courseId, userId });
  await writeAudit(tx, author, {
    action: 'member.set',
    subject: { type: 'course', id: courseId },
    ...(before !== undefined && { before: { userId, role: before } }),
    after: { userId, role },
  });
  return 'done';
}

/** Takes the person's role in the course away. */
export async function removeMember(
  tx: Transaction,
  key: MemberKey,
  { viewer, ...author }: MemberAuthor,
): Promise<MemberOutcome> {
  const { courseId, userId } = key;
  // Everybody may leave.
  const asked = viewer?.id === userId ? undefined : viewer;
  const refusal = await holdMembers(tx, { courseId, viewer: asked });
  if (refusal !== undefined) return refusal;
  const before = await roleOf(tx, key);
  if (before === undefined) return 'unknown';
  if (before === 'owner' && !(await handOver(tx, key))) return 'last_owner';
  await tx
    .deleteFrom('course_members')
    .where('course_id', '=', courseId)
    .where('user_id', '=', userId)
    .execute();
  await deleteInvitations(tx, key);
  await writeAudit(tx, author, {
    action: 'member.remove',
    subject: { type: 'course', id: courseId },
    before: { userId, role: before },
  });
  return 'done';
}

/**
 * Locks the course, so that changes of its members and invitations come one after the other and always
 * take their locks in this order: two owners cannot both leave. Then looks whether the person may change
 * them still: since the request came they may have been removed.
 */
export async function holdMembers(
  tx: Transaction,
  { courseId, viewer }: { readonly courseId: string; readonly viewer: Viewer | undefined },
): Promise<'unknown' | 'forbidden' | undefined> {
  const course = await tx
    .selectFrom('courses')
    .select('id')
    .where('id', '=', courseId)
    .forUpdate()
    .executeTakeFirst();
  if (course === undefined) return 'unknown';
  if (viewer === undefined) return undefined;
  const role = (await roleOf(tx, { courseId, userId: viewer.id })) ?? null;
  return mayInCourse(viewer, 'member.change', { role, isOpen: false }) ? undefined : 'forbidden';
}

/** Those that the person sent or got: by an open one a person who was removed would be back. */
async function deleteInvitations(tx: Transaction, { courseId, userId }: MemberKey): Promise<void> {
  await tx
    .deleteFrom('invitations')
    .where('course_id', '=', courseId)
    .where('accepted_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('invited_by', '=', userId),
        eb('email', '=', eb.selectFrom('users').select('email').where('id', '=', userId)),
      ]),
    )
    .execute();
}

async function roleOf(
  tx: Transaction,
  { courseId, userId }: MemberKey,
): Promise<CourseRole | undefined> {
  const row = await tx
    .selectFrom('course_members')
    .select('role')
    .where('course_id', '=', courseId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.role;
}

/** Before an owner goes: the longest-standing other one counts as the course's own; false without any. */
async function handOver(tx: Transaction, { courseId, userId }: MemberKey): Promise<boolean> {
  const heir = await tx
    .selectFrom('course_members')
    .innerJoin('users', 'users.id', 'course_members.user_id')
    .select('user_id')
    .where('course_id', '=', courseId)
    .where('course_members.role', '=', 'owner')
    .where('user_id', '!=', userId)
    // With an account that is being deleted the course would go, too.
    .where('users.deleting_at', 'is', null)
    .orderBy('course_members.created_at')
    .orderBy('user_id')
    .limit(1)
    .executeTakeFirst();
  if (heir === undefined) return false;
  await tx
    .updateTable('courses')
    .set({ owner_id: heir.user_id })
    .where('id', '=', courseId)
    .where('owner_id', '=', userId)
    .execute();
  return true;
}
