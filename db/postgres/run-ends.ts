import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import { newId } from './new-id.ts';
import type { ClaimedRun, Mine } from './runs.ts';
import type { RunError } from './job-tables.ts';

/** Ends runs well; gives the ids of those that were still the caller's. */
export async function endRuns(db: Db, mine: readonly Mine[]): Promise<Set<string>> {
  const ids = mine.map(({ id }) => id);
  const { rows } = await sql<{ id: string }>`
    update runs set state = 'done', progress = 1, error = null, finished_at = now()
    where id = any(${ids}::uuid[]) and state = 'running'
      and fence = (${mine.map(({ fence }) => fence)}::int[])[array_position(${ids}::uuid[], id)]
    returning id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Says what of a run that ends well could not be done; written with its results. */
export async function noteLoss(tx: Transaction, runId: string, loss: RunError): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ error: JSON.stringify(loss) })
    .where('id', '=', runId)
    .execute();
}

/** Puts the run back for a later try that counts as a failed one. */
export function retryRun(db: Db, mine: Mine, error: RunError, runAt: Date): Promise<boolean> {
  return update(
    db,
    mine,
    sql`state = 'queued', attempts = attempts + 1,
    error = ${JSON.stringify(error)}::jsonb, run_at = ${runAt}`,
  );
}

/** Puts the run back as if it had never been claimed. */
export function returnRun(db: Db, mine: Mine, runAt: Date): Promise<boolean> {
  return update(db, mine, sql`state = 'queued', run_at = ${runAt}`);
}

export function cancelRun(db: Db, mine: Mine, error: RunError): Promise<boolean> {
  return update(
    db,
    mine,
    sql`state = 'cancelled', finished_at = now(),
    error = ${JSON.stringify(error)}::jsonb`,
  );
}

/** Ends the run for good and keeps it, with what an operator needs to know, as a dead letter. */
export async function buryRun(
  tx: Transaction,
  run: ClaimedRun,
  { error, detail }: { error: RunError; detail: RunError },
): Promise<boolean> {
  const mine = await update(
    tx,
    run,
    sql`state = 'failed', finished_at = now(),
    attempts = attempts + 1, error = ${JSON.stringify(error)}::jsonb`,
  );
  if (!mine) return false;
  await tx
    .insertInto('dead_letters')
    .values({
      id: newId(),
      run_id: run.id,
      job: run.job,
      owner: run.owner,
      payload: JSON.stringify(run.payload),
      error: JSON.stringify(detail),
    })
    .execute();
  return true;
}

async function update(db: Db, mine: Mine, change: ReturnType<typeof sql>): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update runs set ${change}
    where id = ${mine.id} and fence = ${mine.fence} and state = 'running'`.execute(db);
  return numAffectedRows === 1n;
}
