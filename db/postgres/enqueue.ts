import type { TObject } from 'typebox';
import type { Static } from 'typebox';
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

function draftRun(job: JobContract, payload: Record<string, unknown>, meta: RunMeta) {
  const id = newId();
  const line = newId();
  const owner = meta.owner ?? null;
  const runAt = meta.runAt && { run_at: meta.runAt };
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
