import { sql } from 'kysely';
import type { Static, TObject } from 'typebox';
import type { JobContract } from '../jobs/define-job.ts';
import type { Db, Transaction } from './connect.ts';
import { newId } from './new-id.ts';

/** What the ledger remembers of a run beside its payload. */
export type RunMeta = {
  /** The row the work is about, such as a material's id. */
  readonly subject?: string;
  /** Who is told, and whose turn it counts as. */
  readonly owner?: string;
  readonly requestId?: string;
  readonly runAt?: Date;
};

/** What work hands on to the work that it leads to. */
export function handOn({
  owner,
  request_id: requestId,
}: {
  readonly owner: string | null;
  readonly request_id: string | null;
}): Pick<RunMeta, 'owner' | 'requestId'> {
  return { ...(owner !== null && { owner }), ...(requestId !== null && { requestId }) };
}

/**
 * A query creator whose next statement also writes the run and its outbox line: one round trip, all
 * or nothing. Let conflicts fail; `on conflict do nothing` would keep the run without its row.
 */
export function withRun<Payload extends TObject>(
  db: Db,
  job: JobContract<Payload>,
  payload: Static<Payload>,
  meta: RunMeta = {},
) {
  const { run, line } = draftRun(job, payload, meta);
  return db
    .with('new_run', (query) => query.insertInto('runs').values(run).returning('id'))
    .with('new_line', (query) => query.insertInto('outbox').values(line).returning('id'));
}

/** Writes a run and its outbox line within the transaction that makes them true. Gives the run's id. */
export async function enqueue<Payload extends TObject>(
  tx: Transaction,
  job: JobContract<Payload>,
  payload: Static<Payload>,
  meta: RunMeta = {},
): Promise<string> {
  const { run, line } = draftRun(job, payload, meta);
  await tx
    .with('new_run', (query) => query.insertInto('runs').values(run).returning('id'))
    .insertInto('outbox')
    .values(line)
    .execute();
  return run.id;
}

/** Writes many runs of one job and their lines in one statement. Gives their ids, in order. */
export async function enqueueMany<Payload extends TObject>(
  tx: Transaction,
  job: JobContract<Payload>,
  runs: readonly { readonly payload: Static<Payload>; readonly meta?: RunMeta }[],
): Promise<string[]> {
  const drafts = runs.map(({ payload, meta = {} }) => draftRun(job, payload, meta).run);
  await sql`
    with new_run as (
      insert into runs (id, job, subject, owner, payload, line, request_id, run_at)
      select id, ${job.name}, subject, owner, payload, line, request_id, coalesce(run_at, now())
      from unnest(
        ${drafts.map(({ id }) => id)}::uuid[],
        ${drafts.map(({ subject }) => subject)}::uuid[],
        ${drafts.map(({ owner }) => owner)}::uuid[],
        ${drafts.map(({ payload }) => payload)}::jsonb[],
        ${drafts.map(({ line }) => line)}::uuid[],
        ${drafts.map(({ request_id }) => request_id)}::text[],
        ${drafts.map(({ run_at }) => run_at ?? null)}::timestamptz[]
      ) as run(id, subject, owner, payload, line, request_id, run_at)
      returning id, line, job, owner, run_at
    )
    insert into outbox (id, run_id, job, owner, run_at)
    select line, id, job, owner, run_at from new_run`.execute(tx);
  return drafts.map(({ id }) => id);
}

function draftRun(job: JobContract, payload: Record<string, unknown>, meta: RunMeta) {
  const id = newId();
  const line = newId();
  const owner = meta.owner ?? null;
  const runAt: { run_at?: Date } = meta.runAt === undefined ? {} : { run_at: meta.runAt };
  return {
    run: {
      id,
      job: job.name,
      subject: meta.subject ?? null,
      owner,
      payload: JSON.stringify(payload),
      line,
      request_id: meta.requestId ?? null,
      error: null,
      ...runAt,
    },
    line: { id: line, run_id: id, job: job.name, owner, ...runAt },
  };
}
