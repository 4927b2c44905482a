import { sql } from 'kysely';
import { deleteRunsNaming, forgetRuns } from './account-runs.ts';
import { writeAudit } from './audit.ts';
import { forgetMentions } from './comment-people.ts';
import type { Db, Transaction } from './connect.ts';
import type { Deletion } from './deletions.ts';
import { forgetStorageUse } from './storage-use.ts';
import type { Locale } from './tables.ts';
import { deleteWatching } from './watching.ts';

const kinds = [
  'courses',
  'materials',
  'files',
  'bytes',
  'coursesHandedOver',
  'materialsHandedOver',
  'memberships',
  'invitations',
  'exports',
  'watched',
] as const;

/** What a receipt counts; `files` and `bytes` are all that was stored of the materials, `watched` are recordings. */
export type Removed = Readonly<Record<(typeof kinds)[number], number>>;

/** Adds to the receipt, in the transaction that removes: what is counted is gone, and counted once. */
export async function addRemoved(
  tx: Transaction,
  deletionId: string,
  more: Partial<Removed>,
): Promise<Record<string, number>> {
  const { removed: before } = await tx
    .selectFrom('deletions')
    .select('removed')
    .where('id', '=', deletionId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const removed = Object.fromEntries(
    kinds.map((kind) => [kind, (before?.[kind] ?? 0) + (more[kind] ?? 0)]),
  );
  await tx
    .updateTable('deletions')
    .set({ removed: JSON.stringify(removed) })
    .where('id', '=', deletionId)
    .execute();
  return removed;
}

export type Leaver = { readonly email: string; readonly name: string; readonly locale: Locale };

/** The person whose account goes, for a last mail. */
export function findLeaver(db: Db, userId: string): Promise<Leaver | undefined> {
  return db
    .selectFrom('users')
    .select(['email', 'name', 'locale'])
    .where('id', '=', userId)
    .executeTakeFirst();
}

/** What the person uploaded to courses that stay goes to whom the course counts as. */
export async function handOverMaterials(tx: Transaction, deletion: Deletion): Promise<void> {
  const { numAffectedRows = 0n } = await sql`
    update materials set owner_id = courses.owner_id from courses
    where courses.id = materials.course_id and materials.owner_id = ${deletion.user_id}
      and courses.owner_id <> ${deletion.user_id}`.execute(tx);
  await sql`
    update material_versions set owner_id = materials.owner_id from materials
    where materials.id = material_versions.material_id
      and material_versions.owner_id = ${deletion.user_id}
      and materials.owner_id <> ${deletion.user_id}`.execute(tx);
  await addRemoved(tx, deletion.id, { materialsHandedOver: Number(numAffectedRows) });
}

/** Before any course goes: with its materials would go what the person watched of them, uncounted. */
export async function deleteWatched(tx: Transaction, deletion: Deletion): Promise<void> {
  await addRemoved(tx, deletion.id, { watched: await deleteWatching(tx, deletion.user_id) });
}

/** Only the rows: a worker that is writing one of the files sees by them that nobody wants it. */
export async function deleteExports(tx: Transaction, deletion: Deletion): Promise<void> {
  const mine = await tx
    .selectFrom('exports')
    .select('id')
    .where('user_id', '=', deletion.user_id)
    .execute();
  const ids = mine.map(({ id }) => id);
  if (ids.length === 0) return;
  // As with materials: a run that ends holds its own row before that of its export.
  await deleteRunsNaming(tx, ids);
  const gone = await tx.deleteFrom('exports').where('id', 'in', ids).executeTakeFirst();
  await deleteRunsNaming(tx, ids);
  await addRemoved(tx, deletion.id, { exports: Number(gone.numDeletedRows) });
}

/** Of courses: what the person took out, which counts as exports do, and what the person brought in. */
export async function deleteCourseFiles(tx: Transaction, deletion: Deletion): Promise<void> {
  let exports = 0;
  for (const table of ['course_exports', 'course_imports'] as const) {
    const mine = await tx
      .selectFrom(table)
      .select('id')
      .where('user_id', '=', deletion.user_id)
      .execute();
    const ids = mine.map(({ id }) => id);
    if (ids.length === 0) continue;
    await deleteRunsNaming(tx, ids);
    const gone = await tx.deleteFrom(table).where('id', 'in', ids).executeTakeFirst();
    await deleteRunsNaming(tx, ids);
    if (table === 'course_exports') exports = Number(gone.numDeletedRows);
  }
  await addRemoved(tx, deletion.id, { exports });
}

/**
 * Removes the account with all that hangs on it and completes the receipt. False, with nothing done,
 * when a request that was still on its way has given the person a course or a material.
 */
export async function finishDeletion(
  tx: Transaction,
  { id, user_id: userId }: Deletion,
  requestId: string | null,
): Promise<boolean> {
  // From here on nothing new can refer to the account, and what was begun before can be seen.
  const leaver = await tx
    .selectFrom('users')
    .select('email')
    .where('id', '=', userId)
    .forUpdate()
    .executeTakeFirst();
  if (await ownsAnything(tx, userId)) return false;
  while ((await forgetRuns(tx, userId)) > 0);
  const memberships = await deleteMemberships(tx, userId);
  const invitations = leaver === undefined ? 0 : await deleteInvitations(tx, leaver.email);
  await forgetMentions(tx, userId);
  await forgetEffects(tx, userId);
  if (leaver !== undefined) await forgetEffects(tx, JSON.stringify(leaver.email));
  await tx.deleteFrom('users').where('id', '=', userId).execute();
  await forgetStorageUse(tx, userId);
  const removed = await addRemoved(tx, id, { memberships, invitations });
  await tx
    .updateTable('deletions')
    .set({ finished_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
  await writeAudit(
    tx,
    { userId, requestId, address: null },
    { action: 'account.delete', subject: { type: 'user', id: userId }, after: removed },
  );
  return true;
}

/** Such rows would be deleted with the account, and their files would stay. */
async function ownsAnything(tx: Transaction, userId: string): Promise<boolean> {
  const { rows } = await sql<{ owns: boolean }>`
    select exists (select from courses where owner_id = ${userId})
      or exists (select from materials where owner_id = ${userId}) as owns`.execute(tx);
  return rows[0]?.owns === true;
}

async function deleteMemberships(tx: Transaction, userId: string): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('course_members')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** With the mails about them: an error of the mail server may name the address. */
async function deleteInvitations(tx: Transaction, email: string): Promise<number> {
  const gone = await tx
    .deleteFrom('invitations')
    .where(sql<string>`lower(email)`, '=', email.toLowerCase())
    .returning('id')
    .execute();
  if (gone.length > 0) {
    await deleteRunsNaming(
      tx,
      gone.map(({ id }) => id),
    );
  }
  return gone.length;
}

/** Keys and results of what left the house may name the person. */
async function forgetEffects(tx: Transaction, name: string): Promise<void> {
  await sql`
    delete from effects where strpos(lower(key), lower(${name})) > 0
      or strpos(lower(result::text), lower(${name})) > 0`.execute(tx);
}
