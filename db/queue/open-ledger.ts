import type { Db } from '../postgres/connect.ts';
import { endRuns } from '../postgres/run-ends.ts';
import { claimRuns, type ClaimedRun, type Delivery, type Mine } from '../postgres/runs.ts';
import { coalesce } from './coalesce.ts';

/** Claims and plain ends, many to a statement: what happens at once in a process costs one commit. */
export type Ledger = {
  claim(delivery: Delivery & { deadlineMs: number }): Promise<ClaimedRun | undefined>;
  /** False when the run was somebody else's by then. */
  end(mine: Mine): Promise<boolean>;
};

export function openLedger(db: Db): Ledger {
  return {
    claim: coalesce(async (deliveries) => {
      const claimed = await claimRuns(db, deliveries);
      const byLine = new Map(claimed.map((run) => [run.line, run]));
      return deliveries.map(({ line }) => {
        const run = byLine.get(line);
        // Of two deliveries of one line, one gets the run.
        byLine.delete(line);
        return run;
      });
    }),
    end: coalesce(async (runs) => {
      const ended = await endRuns(db, runs);
      return runs.map(({ id }) => ended.has(id));
    }),
  };
}
