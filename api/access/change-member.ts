import type { Store } from '@lectern/db/open';
import {
  type MemberAuthor,
  type MemberOutcome,
  removeMember,
  setMember,
} from '@lectern/db/postgres/members';
import type { CourseRole } from '@lectern/db/postgres/tables';
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

export function requireDone(outcome: MemberOutcome, what: string): void {
  if (outcome === 'unknown') throw notFound(what);
  if (outcome === 'forbidden') throw forbidden('You are no owner of this course any more.');
  if (outcome === 'done') return;
  throw new Problem({
    status: 409,
    code: 'last_owner',
    detail: 'A course keeps an owner. Make somebody else an owner first.',
  });
}
