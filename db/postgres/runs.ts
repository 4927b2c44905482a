import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import type { RunError, RunState } from './job-tables.ts';

/** A run as its worker holds it. Every write it leads to says `where fence = mine`. */
export type ClaimedRun = {
  readonly id: string;
  readonly job: string;
  readonly subject: string | null;
  readonly owner: string | null;
  readonly payload: unknown;
  readonly fence: number;
  readonly crashes: number;
  readonly attempts: number;
  readonly request_id: string | null;
  readonly line: string;
};

/** One hand-over by the queue. It counts only while `line` is the run's current one. */
export type Delivery = { readonly runId: string; readonly line: string };

export type Mine = Pick<ClaimedRun, 'id' | 'fence'>;

const claimed = sql`runs.id, runs.job, runs.subject, runs.owner, runs.payload, runs.fence,
  runs.crashes, runs.attempts, runs.request_id, runs.line`;

/** Claims the runs that wait and never took a process down with them. */
export async function claimRuns(
  db: Db,
  deliveries: readonly (Delivery & { deadlineMs: number })[],
): Promise<ClaimedRun[]> {
  const ids = deliveries.map(({ runId }) => runId);
  const deadlines = deliveries.map(({ deadlineMs }) => deadlineMs);
  // `= any` and not a join: a planner without statistics would read the whole table for a join.
  const { rows } = await sql<ClaimedRun>`
    update runs set state = 'running', fence = fence + 1, heartbeat_at = now(),
      started_at = coalesce(started_at, now()),
      deadline_at = now() + interval '1 millisecond'
        * (${deadlines}::bigint[])[array_position(${ids}::uuid[], id)]
    where id = any(${ids}::uuid[]) and line = any(${deliveries.map(({ line }) => line)}::uuid[])
      and state = 'queued' and crashes = 0
    returning ${claimed}`.execute(db);
  return rows;
}

/** Claims a run whose last worker vanished, counting that as a crash of the run. */
export async function claimSuspect(
  db: Db,
  { runId, line, deadlineMs }: Delivery & { deadlineMs: number },
): Promise<ClaimedRun | undefined> {
  const { rows } = await sql<ClaimedRun>`
    update runs set fence = fence + 1, heartbeat_at = now(), state = 'running',
      crashes = crashes + case state when 'running' then 1 else 0 end,
      started_at = coalesce(started_at, now()),
      deadline_at = now() + ${deadlineMs}::bigint * interval '1 millisecond'
    where id = ${runId} and line = ${line} and state in ('queued', 'running')
    returning ${claimed}`.execute(db);
  return rows[0];
}

export type RunView = {
  readonly id: string;
  readonly job: string;
  readonly subject: string | null;
  readonly owner: string | null;
  readonly state: RunState;
  readonly progress: number;
  readonly attempts: number;
  readonly crashes: number;
  readonly error: RunError | null;
  readonly run_at: Date;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
};

const view = [
  'id',
  'job',
  'subject',
  'owner',
  'state',
  'progress',
  'attempts',
  'crashes',
  'error',
  'run_at',
  'created_at',
  'started_at',
  'finished_at',
] as const;

export function findRun(db: Db, runId: string): Promise<RunView | undefined> {
  return db.selectFrom('runs').select(view).where('id', '=', runId).executeTakeFirst();
}

/** The run a delivery is for, if the delivery still counts, and how old its last heartbeat is. */
export async function findDelivered(
  db: Db,
  delivery: Delivery,
): Promise<(RunView & { readonly silentMs: number }) | undefined> {
  return await db
    .selectFrom('runs')
    .select(view)
    .select(
      sql<number>`extract(epoch from now() - coalesce(heartbeat_at, created_at)) * 1000`
        .$castTo<number>()
        .as('silentMs'),
    )
    .where('id', '=', delivery.runId)
    .where('line', '=', delivery.line)
    .executeTakeFirst();
}

/** Oldest first, so that the last of a job is the one that counts. */
export function listRunsOfSubjects(db: Db, subjects: readonly string[]): Promise<RunView[]> {
  if (subjects.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('runs')
    .select(view)
    .where('subject', 'in', subjects)
    .orderBy('id')
    .execute();
}

export function listRunsOfSubject(db: Db, subject: string): Promise<RunView[]> {
  return listRunsOfSubjects(db, [subject]);
}

/**
 * Says that the runs are alive, and which of them are still this process's. A run whose row is locked
 * just now is ending; it must not hold up the others.
 */
export async function beatRuns(db: Db, mine: readonly Mine[]): Promise<Set<string>> {
  const ids = mine.map(({ id }) => id);
  const fences = mine.map(({ fence }) => fence);
  await sql`
    update runs set heartbeat_at = now() where id in (
      select id from runs
      where id = any(${ids}::uuid[]) and state = 'running'
        and fence = (${fences}::int[])[array_position(${ids}::uuid[], id)]
      for update skip locked
    )`.execute(db);
  const { rows } = await sql<{ id: string }>`
    select id from runs where id = any(${ids}::uuid[])
      and fence = (${fences}::int[])[array_position(${ids}::uuid[], id)]`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Takes the last heartbeat back of a run whose process is known to be dead. */
export async function silenceRun(db: Db, { runId, line }: Delivery): Promise<void> {
  await db
    .updateTable('runs')
    .set({ heartbeat_at: new Date(0) })
    .where('id', '=', runId)
    .where('line', '=', line)
    .where('state', '=', 'running')
    .execute();
}

export async function setProgress(db: Db, mine: Mine, progress: number): Promise<void> {
  await db
    .updateTable('runs')
    .set({ progress })
    .where('id', '=', mine.id)
    .where('fence', '=', mine.fence)
    .where('state', '=', 'running')
    .execute();
}

/** Locks the run against another claim until the transaction ends; false when it is lost already. */
export async function holdRun(tx: Transaction, mine: Mine): Promise<boolean> {
  const row = await tx
    .selectFrom('runs')
    .select('id')
    .where('id', '=', mine.id)
    .where('fence', '=', mine.fence)
    .where('state', '=', 'running')
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether the same was begun once more since: what that finds counts. */
export async function isSuperseded(
  db: Db,
  { id, job, subject }: Pick<ClaimedRun, 'id' | 'job' | 'subject'>,
): Promise<boolean> {
  if (subject === null) return false;
  const newer = await db
    .selectFrom('runs')
    .select('id')
    .where('subject', '=', subject)
    .where('job', '=', job)
    .where('id', '>', id)
    .limit(1)
    .executeTakeFirst();
  return newer !== undefined;
}
