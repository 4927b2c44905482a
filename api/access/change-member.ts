import type { Store } from '@lectern/db/open';
import {
  type Invitation,
  inviteToCourse,
  revokeInvitation,
} from '@lectern/db/postgres/invitations';
import {
  findMember,
  holdMembers,
  type MemberAuthor,
  type MemberOutcome,
  removeMember,
  setMember,
} from '@lectern/db/postgres/members';
import type { CourseRole } from '@lectern/db/postgres/tables';
import { findUserByEmail } from '@lectern/db/postgres/users';
import { forbidden, notFound, Problem } from '../problems/problem.ts';

type Parts = Pick<Store, 'postgres' | 'access'>;
type MemberKey = { readonly courseId: string; readonly userId: string };

/** Gives a role and tells all processes, so that the person's sockets follow. */
export async function changeMember(
  { postgres, access }: Parts,
  author: MemberAuthor,
  change: MemberKey & { readonly role: CourseRole },
): Promise<void> {
  const act = postgres.transaction().execute((tx) => setMember(tx, change, author));
  requireDone(await act, 'person');
  await access.announceChange(change.userId);
}

export async function dropMember(
  { postgres, access }: Parts,
  author: MemberAuthor,
  key: MemberKey,
): Promise<void> {
  const act = postgres.transaction().execute((tx) => removeMember(tx, key, author));
  requireDone(await act, 'member');
  await access.announceChange(key.userId);
}

/** Takes the role and an open invitation away together, or neither. */
export async function dropByEmail(
  { postgres, access }: Parts,
  author: MemberAuthor,
  { courseId, email }: { readonly courseId: string; readonly email: string },
): Promise<void> {
  const user = await findUserByEmail(postgres, email);
  const member = user && (await findMember(postgres, { courseId, userId: user.id }));
  await postgres.transaction().execute(async (tx) => {
    requireDone((await holdMembers(tx, { courseId, viewer: author.viewer })) ?? 'done', 'course');
    const isRevoked = await revokeInvitation(tx, { courseId, email }, author);
    if (member === undefined && !isRevoked) throw notFound('member');
    if (member === undefined) return;
    requireDone(await removeMember(tx, { courseId, userId: member.user_id }, author), 'member');
  });
  if (member !== undefined) await access.announceChange(member.user_id);
}

/** Invites an address, if the person still may when it comes to it. */
export function invite(
  { postgres }: Pick<Store, 'postgres'>,
  author: MemberAuthor,
  wanted: { readonly courseId: string; readonly email: string; readonly role: CourseRole },
): Promise<Invitation> {
  return postgres.transaction().execute(async (tx) => {
    const { courseId } = wanted;
    requireDone((await holdMembers(tx, { courseId, viewer: author.viewer })) ?? 'done', 'course');
    return inviteToCourse(tx, wanted, author);
  });
}

function requireDone(outcome: MemberOutcome, what: string): void {
  if (outcome === 'unknown') throw notFound(what);
  if (outcome === 'forbidden') throw forbidden('You are no owner of this course any more.');
  if (outcome === 'done') return;
  throw new Problem({
    status: 409,
    code: 'last_owner',
    detail: 'A course keeps an owner. Make somebody else an owner first.',
  });
}
