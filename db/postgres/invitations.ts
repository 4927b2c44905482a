import { sql } from 'kysely';
import { sendMail } from '../jobs/mail.ts';
import { type Author, maskEmail, writeAudit } from './audit.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';
import { holdMembers, setMember } from './members.ts';
import { newId } from './new-id.ts';
import type { CourseRole } from './tables.ts';

export type Invitation = {
  readonly id: string;
  readonly email: string;
  readonly role: CourseRole;
  readonly created_at: Date;
  readonly expires_at: Date;
};

const columns = ['id', 'email', 'role', 'created_at', 'expires_at'] as const;
const lifeDays = 14;

/** Invites an address to a course, or again with another role; a mail with the link goes out. */
export async function inviteToCourse(
  tx: Transaction,
  { courseId, email, role }: { courseId: string; email: string; role: CourseRole },
  author: Author,
): Promise<Invitation> {
  const expiresAt = sql<Date>`now() + ${lifeDays}::int * interval '1 day'`;
  const invitation = await tx
    .insertInto('invitations')
    .values({
      id: newId(),
      course_id: courseId,
      email,
      role,
      invited_by: author.userId,
      expires_at: expiresAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['course_id', 'email'])
        .where('accepted_at', 'is', null)
        .doUpdateSet({ role, invited_by: author.userId, expires_at: expiresAt, token_hash: null }),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
  await writeAudit(tx, author, {
    action: 'invitation.create',
    subject: { type: 'course', id: courseId },
    after: { invitationId: invitation.id, email: maskEmail(email), role },
  });
  await enqueue(
    tx,
    sendMail,
    { kind: 'invitation', id: invitation.id },
    author.requestId === null ? {} : { requestId: author.requestId },
  );
  return invitation;
}

/** Those that wait to be accepted, newest first, also when they have run out. */
export function listInvitations(db: Db, courseId: string): Promise<Invitation[]> {
  return db
    .selectFrom('invitations')
    .select(columns)
    .where('course_id', '=', courseId)
    .where('accepted_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(500)
    .execute();
}

export async function revokeInvitation(
  tx: Transaction,
  { courseId, email }: { readonly courseId: string; readonly email: string },
  author: Author,
): Promise<boolean> {
  const revoked = await tx
    .deleteFrom('invitations')
    .where('course_id', '=', courseId)
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .returning(columns)
    .executeTakeFirst();
  if (revoked === undefined) return false;
  await writeAudit(tx, author, {
    action: 'invitation.revoke',
    subject: { type: 'course', id: courseId },
    before: { invitationId: revoked.id, email: maskEmail(email), role: revoked.role },
  });
  return true;
}

export type InvitationView = Invitation & {
  readonly course_id: string;
  readonly title: string;
  readonly accepted_at: Date | null;
  readonly isExpired: boolean;
};

/** For whoever has the link. */
export function findInvitation(db: Db, tokenHash: Buffer): Promise<InvitationView | undefined> {
  return db
    .selectFrom('invitations')
    .innerJoin('courses', 'courses.id', 'invitations.course_id')
    .select(['invitations.id', 'email', 'role', 'course_id', 'courses.title', 'accepted_at'])
    .select(['invitations.created_at', 'invitations.expires_at'])
    .select(sql<boolean>`invitations.expires_at <= now()`.as('isExpired'))
    .where('token_hash', '=', tokenHash)
    .where('courses.deleted_at', 'is', null)
    .executeTakeFirst();
}

export type Acceptance =
  | { readonly outcome: 'unknown' | 'used' | 'expired' }
  | { readonly outcome: 'accepted'; readonly invitation: InvitationView };

/** Makes the person a member; whoever has a higher role already keeps it. */
export async function acceptInvitation(
  tx: Transaction,
  { tokenHash, userId }: { readonly tokenHash: Buffer; readonly userId: string },
  author: Author,
): Promise<Acceptance> {
  const found = await findInvitation(tx, tokenHash);
  if (found === undefined) return { outcome: 'unknown' };
  // The course first, as whoever closes it does: in another order both would wait for each other.
  await holdMembers(tx, { courseId: found.course_id, viewer: undefined });
  await tx
    .selectFrom('invitations')
    .select('id')
    .where('token_hash', '=', tokenHash)
    .forUpdate()
    .execute();
  const invitation = await findInvitation(tx, tokenHash);
  if (invitation === undefined) return { outcome: 'unknown' };
  if (invitation.accepted_at !== null) return { outcome: 'used' };
  if (invitation.isExpired) return { outcome: 'expired' };
  await tx
    .updateTable('invitations')
    .set({ accepted_at: sql<Date>`now()` })
    .where('id', '=', invitation.id)
    .execute();
  await writeAudit(tx, author, {
    action: 'invitation.accept',
    subject: { type: 'course', id: invitation.course_id },
    after: { invitationId: invitation.id, role: invitation.role },
  });
  const held = await tx
    .selectFrom('course_members')
    .select('role')
    .where('course_id', '=', invitation.course_id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (held === undefined || rank[held.role] < rank[invitation.role]) {
    const { course_id: courseId, role } = invitation;
    const outcome = await setMember(tx, { courseId, userId, role }, author);
    if (outcome !== 'done') return { outcome: 'unknown' };
  }
  return { outcome: 'accepted', invitation };
}

const rank = { learner: 0, commenter: 1, editor: 2, owner: 3 } as const;
