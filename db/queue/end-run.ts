import type { Db, Transaction } from '../postgres/connect.ts';
import { buryRun, endRuns } from '../postgres/run-ends.ts';
import { type ClaimedRun, holdRun } from '../postgres/runs.ts';
import { enqueueNextStages } from '../postgres/stages.ts';
import type { RunError } from '../postgres/job-tables.ts';

type Results = (tx: Transaction) => Promise<void>;

/** Thrown where a run's fence has moved on: another worker has it, and nothing of ours is written. */
export class StaleRun extends Error {
  override readonly name = 'StaleRun';
}

/** One transaction: the results, the run's end, the lines of what comes next. Gives their number. */
export function endRun(db: Db, run: ClaimedRun, results: Results | undefined): Promise<number> {
  return db.transaction().execute(async (tx) => {
    // The end comes first: it locks the run, so that no other claim falls in between.
    if ((await endRuns(tx, [run])).size === 0) throw new StaleRun(`run ${run.id} was taken over`);
    await results?.(tx);
    return await enqueueNextStages(tx, run);
  });
}

/** Writes part of a run's results while it goes on. */
export function saveStep(db: Db, run: ClaimedRun, results: Results): Promise<void> {
  return db.transaction().execute(async (tx) => {
    if (!(await holdRun(tx, run))) throw new StaleRun(`run ${run.id} was taken over`);
    await results(tx);
  });
}

/** Ends a run for good, with its dead letter. `detail` is for operators, `error` for the owner. */
export function bury(
  db: Db,
  run: ClaimedRun,
  error: RunError,
  detail: RunError = error,
): Promise<boolean> {
  return db.transaction().execute((tx) => buryRun(tx, run, { error, detail }));
}
