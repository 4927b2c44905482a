import { sql } from 'kysely';
import { mayAnywhere } from '../access/permissions.ts';
import type { Viewer } from '../access/viewer.ts';
import { deleteRunsAbout } from './account-runs.ts';
import { type Author, writeAudit } from './audit.ts';
import type { Transaction } from './connect.ts';
import { type Course, courseColumns, roleIn, selectCourses } from './courses.ts';
import { forgetStorageUse } from './storage-use.ts';

export type CourseChange = {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly language?: string | undefined;
  readonly level?: string | null | undefined;
  readonly tags?: string[] | undefined;
  readonly visibility?: 'private' | 'public' | undefined;
};

export type CourseUpdate =
  | { readonly outcome: 'gone' }
  /** Somebody changed the course since the asker read it: this is what it is now. */
  | { readonly outcome: 'stale'; readonly course: Course }
  | { readonly outcome: 'done'; readonly course: Course };

/** Changes a course that still is of one of these versions; undefined for whichever it is. */
export async function updateCourse(
  tx: Transaction,
  { viewer, author }: { readonly viewer: Viewer; readonly author: Author },
  {
    id,
    versions,
    change,
  }: {
    readonly id: string;
    readonly versions: readonly number[] | undefined;
    readonly change: CourseChange;
  },
): Promise<CourseUpdate> {
  const before = await lockCourse(tx, viewer, id);
  if (before === undefined) return { outcome: 'gone' };
  if (versions !== undefined && !versions.includes(before.version)) {
    return { outcome: 'stale', course: before };
  }
  const changed = pickChanged(before, change);
  if (Object.keys(changed).length === 0) return { outcome: 'done', course: before };
  const after = await tx
    .updateTable('courses')
    .set({ ...changed, version: before.version + 1, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .returning(courseColumns)
    .executeTakeFirstOrThrow();
  await writeAudit(tx, author, {
    action: 'course.update',
    subject: { type: 'course', id },
    before: Object.fromEntries(Object.keys(changed).map((key) => [key, Reflect.get(before, key)])),
    after: changed,
  });
  return { outcome: 'done', course: { ...after, my_role: before.my_role } };
}

function pickChanged(before: Course, change: CourseChange) {
  const entries = Object.entries(change).filter(
    ([key, value]) =>
      value !== undefined && JSON.stringify(value) !== JSON.stringify(Reflect.get(before, key)),
  );
  return Object.fromEntries(entries);
}

/** Publishes a course or takes it back; `isNew` when it was not so before. Undefined when it is gone. */
export async function setCourseStatus(
  tx: Transaction,
  { viewer, author }: { readonly viewer: Viewer; readonly author: Author },
  { id, status }: { readonly id: string; readonly status: 'draft' | 'published' },
): Promise<{ readonly course: Course; readonly isNew: boolean } | undefined> {
  const before = await lockCourse(tx, viewer, id);
  if (before === undefined) return undefined;
  if (before.status === status) return { course: before, isNew: false };
  const after = await tx
    .updateTable('courses')
    .set({ status, version: before.version + 1, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .returning(courseColumns)
    .executeTakeFirstOrThrow();
  const action = status === 'published' ? 'course.publish' : 'course.unpublish';
  await writeAudit(tx, author, { action, subject: { type: 'course', id } });
  return { course: { ...after, my_role: before.my_role }, isNew: true };
}

/** Puts a course away: nobody sees it any more, and for 30 days it can be had back. */
export async function removeCourse(
  tx: Transaction,
  { viewer, author }: { readonly viewer: Viewer; readonly author: Author },
  id: string,
): Promise<boolean> {
  const course = await lockCourse(tx, viewer, id);
  if (course === undefined) return false;
  await tx
    .updateTable('courses')
    .set({ deleted_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
  await writeAudit(tx, author, {
    action: 'course.delete',
    subject: { type: 'course', id },
    before: { title: course.title },
  });
  return true;
}

const keptDays = 30;

/** Brings a course back for one of its owners; undefined when there is none to bring back. */
export async function restoreCourse(
  tx: Transaction,
  { viewer, author }: { readonly viewer: Viewer; readonly author: Author },
  id: string,
): Promise<Course | undefined> {
  const restored = await tx
    .updateTable('courses')
    .set({ deleted_at: null })
    .where('id', '=', id)
    .where('deleted_at', '>', sql<Date>`now() - ${keptDays}::int * interval '1 day'`)
    .where((eb) =>
      mayAnywhere(viewer, 'course.delete')
        ? eb.lit(true)
        : eb.exists(roleIn(eb, viewer).where('course_members.role', '=', 'owner')),
    )
    .returning('id')
    .executeTakeFirst();
  if (restored === undefined) return undefined;
  await writeAudit(tx, author, { action: 'course.restore', subject: { type: 'course', id } });
  return selectCourses(tx, viewer).where('id', '=', id).executeTakeFirst();
}

/** Removes for good one course that nobody asked back in time; undefined when there is none. */
export async function purgeCourse(tx: Transaction): Promise<string | undefined> {
  const course = await tx
    .selectFrom('courses')
    .select('id')
    .where('deleted_at', '<=', sql<Date>`now() - ${keptDays}::int * interval '1 day'`)
    .orderBy('deleted_at')
    .limit(1)
    .forUpdate()
    .executeTakeFirst();
  if (course === undefined) return undefined;
  const materials = await tx
    .selectFrom('materials')
    .select('id')
    .where('course_id', '=', course.id)
    .execute();
  if (materials.length > 0)
    await deleteRunsAbout(
      tx,
      materials.map(({ id }) => id),
    );
  await tx.deleteFrom('courses').where('id', '=', course.id).execute();
  await forgetStorageUse(tx, course.id);
  const house: Author = { userId: null, requestId: null, address: null };
  await writeAudit(tx, house, {
    action: 'course.purge',
    subject: { type: 'course', id: course.id },
    after: { materials: materials.length },
  });
  return course.id;
}

function lockCourse(tx: Transaction, viewer: Viewer, id: string): Promise<Course | undefined> {
  return selectCourses(tx, viewer)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}
