import { type ExpressionBuilder, sql } from 'kysely';
import { settleCourse } from '../jobs/course.ts';
import type { Db } from './connect.ts';
import { newId } from './new-id.ts';
import type { RunError, RunState } from './job-tables.ts';
import type { Tables } from './tables.ts';

/** Which runs an operator means. What is left out matches all. */
export type RunFilter = {
  readonly job?: string;
  /** A person's id or email. */
  readonly owner?: string;
  readonly errorCode?: string;
  readonly states?: readonly RunState[];
  readonly since?: Date;
  readonly before?: Date;
};

export type ListedRun = {
  readonly id: string;
  readonly job: string;
  readonly state: RunState;
  readonly owner: string | null;
  readonly attempts: number;
  readonly crashes: number;
  readonly error: RunError | null;
  readonly created_at: Date;
};

/** Newest first. */
export function listRuns(db: Db, filter: RunFilter, limit: number): Promise<ListedRun[]> {
  return db
    .selectFrom('runs')
    .leftJoin('users', 'users.id', 'runs.owner')
    .select(['runs.id', 'runs.job', 'runs.state', 'users.email as owner', 'runs.attempts'])
    .select(['runs.crashes', 'runs.error', 'runs.created_at'])
    .where((eb) => matches(eb, filter))
    .orderBy('runs.id', 'desc')
    .limit(limit)
    .execute();
}

export type DeadLetter = Omit<ListedRun, 'state'> & { readonly payload: unknown };

/** Newest first, with the error as an operator needs it. */
export function listDeadLetters(db: Db, filter: RunFilter, limit: number): Promise<DeadLetter[]> {
  const { errorCode, ...rest } = filter;
  return db
    .selectFrom('runs')
    .innerJoin('dead_letters', 'dead_letters.run_id', 'runs.id')
    .leftJoin('users', 'users.id', 'runs.owner')
    .select(['runs.id', 'runs.job', 'users.email as owner', 'runs.attempts', 'runs.crashes'])
    .select(['dead_letters.error', 'dead_letters.payload', 'dead_letters.created_at'])
    .where((eb) => matches(eb, rest))
    .$if(errorCode !== undefined, (query) =>
      query.where(sql<boolean>`dead_letters.error->>'code' = ${errorCode}`),
    )
    .orderBy('dead_letters.created_at', 'desc')
    .limit(limit)
    .execute();
}

const batch = 500;

/** Lets failed runs that match wait again, from the first try; gives their number. */
export async function retryRuns(db: Db, filter: RunFilter): Promise<number> {
  const states = (filter.states ?? ['failed']).filter(canRetry);
  if (states.length === 0) return 0;
  let retried = 0;
  for (;;) {
    const runs = await listRuns(db, { ...filter, states }, batch);
    if (runs.length === 0) return retried;
    const ids = runs.map(({ id }) => id);
    await sql`
      with chosen as (
        select * from unnest(${ids}::uuid[], ${ids.map(() => newId())}::uuid[]) as chosen(id, line)
      ), forgotten as (
        delete from dead_letters where run_id = any(${ids}::uuid[])
      ), again as (
        update runs set state = 'queued', line = chosen.line, attempts = 0, crashes = 0,
          error = null, run_at = now(), finished_at = null
        from chosen where runs.id = chosen.id and runs.state in ('failed', 'cancelled')
        returning runs.id, runs.line, runs.job, runs.owner
      )
      insert into outbox (id, run_id, job, owner) select line, id, job, owner from again`.execute(
      db,
    );
    retried += runs.length;
  }
}

function canRetry(state: RunState): boolean {
  return state === 'failed' || state === 'cancelled';
}

/**
 * Cancels runs that wait and match, so that nothing delivers them; gives their number. A course that was
 * to be settled is put down again by its next edit.
 */
export async function drainRuns(db: Db, filter: RunFilter, error: RunError): Promise<number> {
  const { rows } = await sql<{ drained: number }>`
    with drained as (
      ${db
        .updateTable('runs')
        .set({ state: 'cancelled', error: JSON.stringify(error), finished_at: new Date() })
        .where((eb) => matches(eb, { ...filter, states: ['queued'] }))
        .returning(['line', 'job', 'subject'])}
    ), lines as (
      delete from outbox where id in (select line from drained)
    ), unsettled as (
      update course_documents set is_settle_queued = false
      where course_id in (select subject from drained where job = ${settleCourse.name})
    )
    select count(*)::int as drained from drained`.execute(db);
  return rows[0]?.drained ?? 0;
}

function matches(eb: ExpressionBuilder<Tables, 'runs'>, filter: RunFilter) {
  const { job, owner, errorCode, states, since, before } = filter;
  return eb.and([
    ...(job === undefined ? [] : [eb('runs.job', '=', job)]),
    ...(states === undefined ? [] : [eb('runs.state', 'in', states)]),
    ...(since === undefined ? [] : [eb('runs.created_at', '>=', since)]),
    ...(before === undefined ? [] : [eb('runs.created_at', '<', before)]),
    ...(errorCode === undefined ? [] : [sql<boolean>`runs.error->>'code' = ${errorCode}`]),
    ...(owner === undefined
      ? []
      : [
          sql<boolean>`(runs.owner::text = ${owner} or runs.owner in (
            select id from users where lower(email) = lower(${owner})))`,
        ]),
  ]);
}
