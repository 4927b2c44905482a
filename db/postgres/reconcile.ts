import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { newId } from './new-id.ts';

export type UnaccountedRun = { readonly id: string; readonly job: string; readonly line: string };

/** Open runs that nothing in the database speaks for: no outbox line, no heartbeat for a minute. */
export async function listUnaccounted(
  db: Db,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<UnaccountedRun[]> {
  const { rows } = await sql<UnaccountedRun>`
    select id, job, line from runs
    where finished_at is null
      and created_at < now() - interval '1 minute'
      and coalesce(heartbeat_at, created_at) < now() - interval '1 minute'
      and not exists (select 1 from outbox where outbox.id = runs.line)
      and (${after ?? null}::uuid is null or id > ${after ?? null}::uuid)
    order by id limit ${limit}`.execute(db);
  return rows;
}

/** A new line for the run; the old one no longer counts. False when the run has moved meanwhile. */
export async function putBackRun(db: Db, run: UnaccountedRun): Promise<boolean> {
  const line = newId();
  const { numAffectedRows } = await sql`
    with put_back as (
      update runs set line = ${line}
      where id = ${run.id} and line = ${run.line} and state in ('queued', 'running')
      returning id, job, owner, run_at
    )
    insert into outbox (id, run_id, job, owner, run_at)
    select ${line}::uuid, id, job, owner, run_at from put_back`.execute(db);
  return numAffectedRows === 1n;
}
