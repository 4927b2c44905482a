import { sql } from 'kysely';
import type { StoredUpdate } from '../graph/change-book.ts';
import type { Unsettled } from '../graph/settle-document.ts';
import { settleCourse } from '../jobs/course.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueueMany } from './enqueue.ts';

/** From now on an edit puts the next settle down; false when there is no such course. */
export async function beginSettle(db: Db, courseId: string): Promise<boolean> {
  const begun = await db
    .updateTable('course_documents')
    .set({ is_settle_queued: false })
    .where('course_id', '=', courseId)
    .returning('course_id')
    .executeTakeFirst();
  return begun !== undefined;
}

/** The one that failed waits to be tried again; what is edited meanwhile needs no other. */
export async function requeueSettle(db: Db, courseId: string): Promise<void> {
  await db
    .updateTable('course_documents')
    .set({ is_settle_queued: true })
    .where('course_id', '=', courseId)
    .execute();
}

const batch = 500;

/**
 * Lets the rows and the index of a course, or of all courses, be written anew from their documents;
 * gives the number of courses.
 */
export async function enqueueSettles(db: Db, courseId?: string): Promise<number> {
  let enqueued = 0;
  for (let after: string | undefined; ;) {
    const courses = await db
      .selectFrom('course_documents')
      .select('course_id as id')
      .$if(courseId !== undefined, (query) => query.where('course_id', '=', courseId ?? ''))
      .$if(after !== undefined, (query) => query.where('course_id', '>', after ?? ''))
      .orderBy('course_id')
      .limit(batch)
      .execute();
    if (courses.length === 0) return enqueued;
    const runs = courses.map(({ id }) => ({
      payload: { courseId: id, isWhole: true },
      meta: { subject: id },
    }));
    await db.transaction().execute((tx) => enqueueMany(tx, settleCourse, runs));
    enqueued += courses.length;
    after = courses.at(-1)?.id;
  }
}

/** A document and all that was appended to it since it was compacted, in one statement. */
export async function loadUnsettled(db: Db, courseId: string): Promise<Unsettled | undefined> {
  const { rows } = await sql<StoredUpdate & { readonly settledVersion: number | null }>`
    with document as (
      select state, state_version, settled_version from course_documents
      where course_id = ${courseId}
    )
    select state_version as version, state as data, null::uuid as "userId", now() as at,
      settled_version as "settledVersion"
    from document
    union all
    select version, data, user_id, at, null from course_updates
    where course_id = ${courseId} and version > (select state_version from document)
    order by version`.execute(db);
  const [document, ...updates] = rows;
  if (document === undefined) return undefined;
  const { data: state, version: stateVersion, settledVersion } = document;
  return { state, stateVersion, settledVersion: settledVersion ?? 0, updates };
}

export type HeldForSettle = {
  readonly settledVersion: number;
  readonly snapshotAt: Date | null;
};

/**
 * Keeps the course from being removed and its document from being edited until the transaction ends.
 * The course comes first, as where it is removed; undefined when it is gone.
 */
export async function holdForSettle(
  tx: Transaction,
  courseId: string,
): Promise<HeldForSettle | undefined> {
  await tx.selectFrom('courses').select('id').where('id', '=', courseId).forKeyShare().execute();
  return tx
    .selectFrom('course_documents')
    .select(['settled_version as settledVersion', 'snapshot_at as snapshotAt'])
    .where('course_id', '=', courseId)
    .forUpdate()
    .executeTakeFirst();
}

/** Of these people those who are there, and who stay until the transaction ends. */
export async function holdAuthors(
  tx: Transaction,
  userIds: readonly (string | null)[],
): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom('users')
    .select('id')
    .where((eb) => eb('id', '=', eb.fn.any(sql<string[]>`${[...new Set(userIds)]}::uuid[]`)))
    .orderBy('id')
    .forKeyShare()
    .execute();
  return new Set(rows.map(({ id }) => id));
}

export type Settled = {
  readonly version: number;
  readonly hasAnswers: boolean;
  readonly faultCount: number;
  readonly snapshotAt: Date | null;
};

export async function finishSettle(
  tx: Transaction,
  courseId: string,
  { version, hasAnswers, faultCount, snapshotAt }: Settled,
): Promise<void> {
  await tx
    .updateTable('course_documents')
    .set({
      settled_version: version,
      has_answers: hasAnswers,
      fault_count: faultCount,
      snapshot_at: snapshotAt,
    })
    .where('course_id', '=', courseId)
    .execute();
}

/** Puts the updates up to a version into one. */
export async function compactDocument(
  tx: Transaction,
  courseId: string,
  { state, version }: { readonly state: Uint8Array; readonly version: number },
): Promise<void> {
  await tx
    .deleteFrom('course_updates')
    .where('course_id', '=', courseId)
    .where('version', '<=', version)
    .execute();
  await tx
    .updateTable('course_documents')
    .set({
      state: Buffer.from(state.buffer, state.byteOffset, state.length),
      state_version: version,
      size_bytes: sql<number>`${state.length}::bigint + (
        select coalesce(sum(octet_length(data)), 0) from course_updates where course_id = ${courseId}
      )`,
    })
    .where('course_id', '=', courseId)
    .execute();
}
