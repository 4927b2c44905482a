import { sql } from 'kysely';
import { reindexCourse } from '../jobs/course.ts';
import { listIndexingJobs } from '../jobs/pipeline.ts';
import { type Author, writeAudit } from './audit.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';
import { holdMaterial } from './material-work.ts';
import { listPages, type Page } from './pages.ts';
import type { Mine, RunView } from './runs.ts';

/** Lets a course be indexed anew; false when that is under way already, undefined when it is gone. */
export async function beginReindex(
  tx: Transaction,
  courseId: string,
  author: Author,
): Promise<boolean | undefined> {
  // Of two who ask at once the second sees what the first began.
  const course = await tx
    .selectFrom('courses')
    .select('id')
    .where('id', '=', courseId)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (course === undefined) return undefined;
  const last = await findReindex(tx, courseId);
  if (last?.state === 'queued' || last?.state === 'running') return false;
  const { userId, requestId } = author;
  await enqueue(
    tx,
    reindexCourse,
    { courseId },
    {
      subject: courseId,
      ...(userId !== null && { owner: userId }),
      ...(requestId !== null && { requestId }),
    },
  );
  const subject = { type: 'course', id: courseId };
  await writeAudit(tx, author, { action: 'course.reindex', subject });
  return true;
}

export type Reindex = Pick<RunView, 'state' | 'progress' | 'error'>;

/** The last one of the course. */
export function findReindex(db: Db, courseId: string): Promise<Reindex | undefined> {
  return (
    db
      .selectFrom('runs')
      .select(['state', 'progress', 'error'])
      .where('subject', '=', courseId)
      // As a literal, so that a plan for whichever job it is has the index too.
      .where(sql<boolean>`job = ${sql.lit(reindexCourse.name)}`)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
  );
}

const batch = 100;

/** Some of the course's materials, beginning after this one. */
export async function listMaterialIds(
  db: Db,
  courseId: string,
  afterId: string | undefined,
): Promise<string[]> {
  const rows = await db
    .selectFrom('materials')
    .select('id')
    .where('course_id', '=', courseId)
    .$if(afterId !== undefined, (query) => query.where('id', '>', afterId ?? ''))
    .orderBy('id')
    .limit(batch)
    .execute();
  return rows.map(({ id }) => id);
}

/** How many materials the course has, and how many of them come up to this one. */
export function countMaterials(
  db: Db,
  courseId: string,
  upToId: string | undefined,
): Promise<{ readonly total: number; readonly done: number }> {
  return db
    .selectFrom('materials')
    .select((eb) => [
      eb.fn.countAll<number>().as('total'),
      sql<number>`count(*) filter (where id <= ${upToId ?? null}::uuid)`.as('done'),
    ])
    .where('course_id', '=', courseId)
    .executeTakeFirstOrThrow();
}

/** Keeps in the run itself how far it is: who goes on with it begins there. */
export async function keepPlace(tx: Transaction, run: Mine, afterId: string): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ payload: sql`payload || ${JSON.stringify({ afterId })}::jsonb` })
    .where('id', '=', run.id)
    .execute();
}

/**
 * All that was read of the material, which stays as it is until the transaction ends. Undefined of one
 * that is gone, or is being read: its own stages index it.
 */
export async function holdPages(tx: Transaction, id: string): Promise<Page[] | undefined> {
  const material = await holdMaterial(tx, id);
  if (material === undefined) return undefined;
  const underWay = await tx
    .selectFrom('runs')
    .select('id')
    .where('subject', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .where(sql<boolean>`job = any(${listIndexingJobs(material.kind)}::text[])`)
    .executeTakeFirst();
  return underWay === undefined ? listPages(tx, id) : undefined;
}
