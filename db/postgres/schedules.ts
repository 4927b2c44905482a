import { sql } from 'kysely';
import type { Transaction } from './connect.ts';

/** Moves the schedule on and gives true when it was due; a new one is due at once. */
export async function takeDueSchedule(
  tx: Transaction,
  { name, everyMs, now }: { name: string; everyMs: number; now: Date },
): Promise<boolean> {
  const nextAt = new Date(now.getTime() + everyMs);
  const { numAffectedRows } = await sql`
    insert into schedules (name, next_at) values (${name}, ${nextAt})
    on conflict (name) do update set next_at = excluded.next_at
    where schedules.next_at <= ${now}`.execute(tx);
  return numAffectedRows === 1n;
}
