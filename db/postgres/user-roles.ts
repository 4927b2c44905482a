import { sql } from 'kysely';
import type { Transaction } from './connect.ts';
import type { GlobalRole } from './tables.ts';
import { adminLock, lockUser, publicColumns, type User } from './users.ts';

export type RoleChange =
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'last_admin' }
  | { readonly outcome: 'forbidden' }
  | { readonly outcome: 'set'; readonly before: GlobalRole; readonly user: User };

/** An installation keeps an admin: the last one's role stays. */
export async function setRole(
  tx: Transaction,
  {
    userId,
    role,
    actorId,
  }: { readonly userId: string; readonly role: GlobalRole; readonly actorId: string },
): Promise<RoleChange> {
  await lockAdmins(tx);
  // Whoever was an admin when the request came may not be one any more.
  const actor = await lockUser(tx, actorId);
  if (actor?.role !== 'admin') return { outcome: 'forbidden' };
  const before = await lockUser(tx, userId);
  if (before === undefined) return { outcome: 'unknown' };
  if (before.role === 'admin' && role !== 'admin' && !(await hasOtherAdmin(tx, userId))) {
    return { outcome: 'last_admin' };
  }
  const user = await tx
    .updateTable('users')
    .set({ role })
    .where('id', '=', userId)
    .returning(publicColumns)
    .executeTakeFirstOrThrow();
  return { outcome: 'set', before: before.role, user };
}

/** Whether others would be left without an admin if this person went. */
export async function isOnlyAdmin(tx: Transaction, userId: string): Promise<boolean> {
  await lockAdmins(tx);
  const user = await lockUser(tx, userId);
  if (user?.role !== 'admin' || (await hasOtherAdmin(tx, userId))) return false;
  const other = await tx
    .selectFrom('users')
    .select('id')
    .where('id', '!=', userId)
    .where('deleting_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}

/** Two admins who demote each other at once would both find the other still there. */
async function lockAdmins(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${adminLock})`.execute(tx);
}

async function hasOtherAdmin(tx: Transaction, userId: string): Promise<boolean> {
  const other = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('id', '!=', userId)
    .where('deleting_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
