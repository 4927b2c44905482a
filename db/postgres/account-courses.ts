import { isOwnedBy } from './account-streams.ts';
import { addRemoved } from './account-deletion.ts';
import { deleteRunsAbout } from './account-runs.ts';
import type { Db, Transaction } from './connect.ts';
import type { Deletion } from './deletions.ts';
import { forgetStorageUse } from './storage-use.ts';

type InCourse = { readonly deletion: Deletion; readonly courseId: string };

/** A course that the person still is an owner of. */
export async function findOwnedCourse(db: Db, userId: string): Promise<string | undefined> {
  const course = await db
    .selectFrom('courses')
    .select('id')
    .where(isOwnedBy(userId))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return course?.id;
}

/**
 * Takes the person out of a course. With another owner it counts as the longest-standing one's from
 * now on; without, it is closed to everybody, so that nobody sees it half removed. Gives whether it
 * was closed. The lock is the one that every change of members takes: of two owners who leave at
 * once, the second finds itself alone.
 */
export async function leaveCourse(
  tx: Transaction,
  { deletion, courseId }: InCourse,
): Promise<boolean> {
  await lockCourse(tx, courseId);
  const heir = await tx
    .selectFrom('course_members')
    .select('user_id')
    .where('course_id', '=', courseId)
    .where('role', '=', 'owner')
    .where('user_id', '!=', deletion.user_id)
    .orderBy('created_at')
    .orderBy('user_id')
    .limit(1)
    .executeTakeFirst();
  const left = await tx
    .deleteFrom('course_members')
    .where('course_id', '=', courseId)
    .where('user_id', '=', deletion.user_id)
    .executeTakeFirst();
  const memberships = Number(left.numDeletedRows);
  if (heir === undefined) {
    const invitations = await closeCourse(tx, courseId);
    await addRemoved(tx, deletion.id, { memberships, invitations });
    return true;
  }
  const given = await tx
    .updateTable('courses')
    .set({ owner_id: heir.user_id })
    .where('id', '=', courseId)
    .where('owner_id', '=', deletion.user_id)
    .executeTakeFirst();
  const coursesHandedOver = Number(given.numUpdatedRows);
  await addRemoved(tx, deletion.id, { memberships, coursesHandedOver });
  return false;
}

/** `owner_id` stays: by it a later try finds the course again. */
async function closeCourse(tx: Transaction, courseId: string): Promise<number> {
  await tx
    .updateTable('courses')
    .set({ visibility: 'private', status: 'draft' })
    .where('id', '=', courseId)
    .execute();
  await tx.deleteFrom('course_members').where('course_id', '=', courseId).execute();
  const gone = await tx
    .deleteFrom('invitations')
    .where('course_id', '=', courseId)
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}

export async function listMaterialIds(
  db: Db,
  { courseId, limit }: { readonly courseId: string; readonly limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('materials')
    .select('id')
    .where('course_id', '=', courseId)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** With the work on them. Gives those that were there. */
export async function deleteMaterials(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  // Before the materials: a run that ends holds its own row while it writes those of its material.
  await deleteRunsAbout(tx, ids);
  const gone = await tx.deleteFrom('materials').where('id', 'in', ids).returning('id').execute();
  // What one that ended in between had put next.
  await deleteRunsAbout(tx, ids);
  return gone.map(({ id }) => id);
}

/** False while it has materials: an upload that was under way when the course was closed. */
export async function deleteClosedCourse(
  tx: Transaction,
  { deletion, courseId }: InCourse,
): Promise<boolean> {
  // An upload that comes now waits for the lock, and then finds no course.
  await lockCourse(tx, courseId);
  if ((await listMaterialIds(tx, { courseId, limit: 1 })).length > 0) return false;
  const gone = await tx.deleteFrom('courses').where('id', '=', courseId).executeTakeFirst();
  await forgetStorageUse(tx, courseId);
  await addRemoved(tx, deletion.id, { courses: Number(gone.numDeletedRows) });
  return true;
}

async function lockCourse(tx: Transaction, courseId: string): Promise<void> {
  await tx.selectFrom('courses').select('id').where('id', '=', courseId).forUpdate().execute();
}
