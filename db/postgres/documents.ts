import { CompiledQuery, sql } from 'kysely';
import type { CatchUp } from '../graph/document-tasks.ts';
import { settleCourse } from '../jobs/course.ts';
import type { Db, Transaction } from './connect.ts';
import { newId } from './new-id.ts';

export type NewUpdate = {
  readonly data: Uint8Array;
  /** Null where a program of the house writes. */
  readonly userId: string | null;
};

/** `gone`: the course is. `full`: its document has the size that a document may have. */
export type Appended =
  | { readonly outcome: 'done'; readonly version: number }
  | { readonly outcome: 'gone' | 'full' };

/** What a document may weigh with all that is not compacted yet. */
export const mostDocumentBytes = 32 * 1024 * 1024;
/** Rows follow the document after this time, and in it changes gather. */
const settleDelayMs = 1_000;

// Everybody who edits waits for these: their texts are made once, and the server keeps their plans.

/** To a course that is put down to be settled already, as it is while people edit. */
const appendText = `/* insert */ with document as (
    update course_documents set version = version + $2::int, size_bytes = size_bytes + $3::bigint
    where course_id = $1::uuid and is_settle_queued
      and size_bytes + $3::bigint <= ${mostDocumentBytes}
    returning version
  )
  insert into course_updates (course_id, version, data, user_id)
  select $1::uuid, document.version - $2::int + number, data, user_id
  from document, unnest($4::bytea[], $5::uuid[]) with ordinality as new_update(data, user_id, number)
  returning (select version from document) as version`;

/** The same, and puts the course down to be settled, at most once. */
const appendAndSettleText = `/* insert */ with held as (
    select is_settle_queued from course_documents
    where course_id = $1::uuid and size_bytes + $3::bigint <= ${mostDocumentBytes} for update
  ), document as (
    update course_documents set version = version + $2::int, size_bytes = size_bytes + $3::bigint,
      is_settle_queued = true
    from held where course_id = $1::uuid
    returning version
  ), appended as (
    insert into course_updates (course_id, version, data, user_id)
    select $1::uuid, document.version - $2::int + number, data, user_id
    from document, unnest($4::bytea[], $5::uuid[])
      with ordinality as new_update(data, user_id, number)
  ), new_run as (
    insert into runs (id, job, subject, payload, line, run_at)
    select $6::uuid, '${settleCourse.name}', $1::uuid, jsonb_build_object('courseId', $1::text), $7::uuid,
      now() + ${settleDelayMs} * interval '1 millisecond'
    from held where not is_settle_queued
    returning id, job, line, run_at
  ), new_line as (
    insert into outbox (id, run_id, job, run_at) select line, id, job, run_at from new_run
  )
  select version from document`;

/**
 * Appends updates to a course's document, in the order of commits: the document's row is locked, so
 * that versions have no holes. The course is settled after that.
 */
export async function appendUpdates(
  db: Db,
  courseId: string,
  updates: readonly NewUpdate[],
): Promise<Appended> {
  const bytes = updates.reduce((sum, { data }) => sum + data.length, 0);
  const values = [
    courseId,
    updates.length,
    bytes,
    updates.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.length)),
    updates.map(({ userId }) => userId),
  ];
  const version =
    (await askForVersion(db, appendText, values)) ??
    (await askForVersion(db, appendAndSettleText, [...values, newId(), newId()]));
  if (version !== undefined) return { outcome: 'done', version };
  const found = await db
    .selectFrom('course_documents')
    .select('size_bytes')
    .where('course_id', '=', courseId)
    .executeTakeFirst();
  if (found !== undefined && found.size_bytes + bytes > mostDocumentBytes) {
    return { outcome: 'full' };
  }
  // It was not there yet, and may have been made by somebody else since.
  return (await addDocument(db, courseId))
    ? appendUpdates(db, courseId, updates)
    : { outcome: 'gone' };
}

async function askForVersion(
  db: Db,
  text: string,
  values: readonly unknown[],
): Promise<number | undefined> {
  const query = CompiledQuery.raw(text, [...values]);
  const { rows } = await db.executeQuery<{ version: number }>(query);
  return rows[0]?.version;
}

/** Gives a course its empty document; false when there is no such course. */
async function addDocument(db: Db, courseId: string): Promise<boolean> {
  await db
    .insertInto('course_documents')
    .columns(['course_id'])
    .expression((eb) => eb.selectFrom('courses').select('id').where('id', '=', courseId))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const found = await db
    .selectFrom('course_documents')
    .select('course_id')
    .where('course_id', '=', courseId)
    .executeTakeFirst();
  return found !== undefined;
}

/** Keeps the document as it is until the transaction ends; false when there is no such course. */
export async function holdDocument(tx: Transaction, courseId: string): Promise<boolean> {
  const select = () =>
    tx
      .selectFrom('course_documents')
      .select('course_id')
      .where('course_id', '=', courseId)
      .forUpdate()
      .executeTakeFirst();
  if ((await select()) !== undefined) return true;
  return (await addDocument(tx, courseId)) && (await select()) !== undefined;
}

/**
 * What came after a version; with the document's state where that version was compacted away or is −1.
 * One statement, so that no part is of another moment.
 */
export async function loadDocument(
  db: Db,
  courseId: string,
  knownVersion: number,
): Promise<CatchUp | undefined> {
  // Rows and no arrays, which take the driver twenty times as long to read.
  const { rows } = await sql<{ version: number; data: Buffer | null }>`
    with document as (
      select course_id, state, state_version from course_documents where course_id = ${courseId}
    )
    select coalesce(state_version, 0) as version,
      case when ${knownVersion}::bigint < coalesce(state_version, 0) or course_id is null
        then coalesce(state, '\\x0000') end as data
    from courses left join document on true
    where courses.id = ${courseId}
    union all
    select version, data from course_updates
    where course_id = ${courseId} and version > ${knownVersion}::bigint
      and version > (select state_version from document)
    order by version`.execute(db);
  const [document, ...updates] = rows;
  if (document === undefined) return undefined;
  return {
    courseId,
    ...(document.data !== null && { state: document.data }),
    stateVersion: document.version,
    updates: updates.map(({ version, data }) => ({ version, data: data ?? Buffer.alloc(0) })),
  };
}

export async function findDocumentVersion(db: Db, courseId: string): Promise<number> {
  const row = await db
    .selectFrom('course_documents')
    .select('version')
    .where('course_id', '=', courseId)
    .executeTakeFirst();
  return row?.version ?? 0;
}

export async function listDocumentVersions(
  db: Db,
  courseIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('course_documents')
    .select(['course_id', 'version'])
    .where('course_id', 'in', courseIds)
    .execute();
  return new Map(rows.map(({ course_id: id, version }) => [id, version]));
}

/** Whether the document says what is right in a quiz, as far as it was settled. */
export async function documentHasAnswers(db: Db, courseId: string): Promise<boolean> {
  const row = await db
    .selectFrom('course_documents')
    .select('has_answers')
    .where('course_id', '=', courseId)
    .executeTakeFirst();
  return row?.has_answers ?? false;
}

/** A copy has right answers from its first moment, before it is settled. */
export async function copyAnswersMark(
  tx: Transaction,
  { courseId, fromCourseId }: { readonly courseId: string; readonly fromCourseId: string },
): Promise<void> {
  const has_answers = await documentHasAnswers(tx, fromCourseId);
  await tx
    .updateTable('course_documents')
    .set({ has_answers })
    .where('course_id', '=', courseId)
    .execute();
}
