import { sql } from 'kysely';
import type { Transaction } from './connect.ts';

/** Deletes runs about rows that are gone, with their lines. A worker that is at one finds it lost. */
export async function deleteRunsAbout(tx: Transaction, subjects: readonly string[]): Promise<void> {
  await deleteRuns(tx, sql`subject = any(${subjects}::uuid[])`);
}

/** Also those that only name such a row, as mails do. Gives how many, up to a bound. */
export async function deleteRunsNaming(tx: Transaction, ids: readonly string[]): Promise<number> {
  return await deleteRuns(
    tx,
    sql`subject = any(${ids}::uuid[]) or payload->>'id' = any(${ids}::text[])`,
  );
}

/** So many in one statement that it ends in time. */
const batch = 10_000;

/**
 * Deletes runs that name a person, or are the person's and about a material that is gone, and makes
 * the others nobody's. Gives how many there were, up to a bound; after none no run names the person.
 */
export async function forgetRuns(tx: Transaction, userId: string): Promise<number> {
  const lost = await deleteRuns(
    tx,
    sql`owner = ${userId} and job like 'material.%'
      and not exists (select from materials where materials.id = runs.subject)`,
  );
  const own = lost + (await disownRuns(tx, userId));
  // Looks into every payload there is, so only once, at the end.
  return own > 0 ? own : await deleteRunsNaming(tx, [userId]);
}

async function deleteRuns(tx: Transaction, which: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ gone: number }>`
    with held as (${holdRuns(which)}), gone as (
      delete from runs where id = any(array(select id from held)) returning line
    ), unsent as (
      delete from outbox where id in (select line from gone)
    )
    select count(*)::int as gone from gone`.execute(tx);
  return rows[0]?.gone ?? 0;
}

/**
 * One that is running begins again, from the last step it saved: its worker remembers for whom it
 * works, and would say so in the run that comes next.
 */
async function disownRuns(tx: Transaction, userId: string): Promise<number> {
  const { rows } = await sql<{ disowned: number }>`
    with held as (${holdRuns(sql`owner = ${userId}`)}), disowned as (
      update runs set owner = null,
        state = case state when 'running' then 'queued' else state end,
        fence = fence + (state = 'running')::int,
        line = case state when 'running' then gen_random_uuid() else line end
      where id = any(array(select id from held))
      returning id, job, line
    ), again as (
      insert into outbox (id, run_id, job)
      select line, id, job from disowned join held using (id) where held.was_running
    )
    select count(*)::int as disowned from disowned`.execute(tx);
  await sql`update outbox set owner = null where owner = ${userId}`.execute(tx);
  await sql`update dead_letters set owner = null where owner = ${userId}`.execute(tx);
  return rows[0]?.disowned ?? 0;
}

/**
 * Locks in the order of the ids, in which workers claim and end runs, so that nobody waits for each
 * other. By arrays, because a planner would read the whole table again for a join.
 */
function holdRuns(which: ReturnType<typeof sql>) {
  return sql`
    select id, state = 'running' as was_running from runs
    where id = any(array(select id from runs where ${which} limit ${batch}))
    order by id for update`;
}
