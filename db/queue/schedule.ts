import { schedules } from '../jobs/schedule.ts';
import type { Db } from '../postgres/connect.ts';
import { enqueue } from '../postgres/enqueue.ts';
import { takeDueSchedule } from '../postgres/schedules.ts';

/**
 * Enqueues what is due. The clock is a row that moves on in the same transaction as the run is
 * written: a tick comes once, whoever crashes, and after a pause once and not for each tick missed.
 */
export async function enqueueDue(db: Db, now: Date): Promise<number> {
  let enqueued = 0;
  for (const { name, job, everyMs } of schedules) {
    const due = await db.transaction().execute(async (tx) => {
      if (!(await takeDueSchedule(tx, { name, everyMs, now }))) return false;
      await enqueue(tx, job, {});
      return true;
    });
    if (due) enqueued++;
  }
  return enqueued;
}
