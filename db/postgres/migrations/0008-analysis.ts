import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table materials add column analysis jsonb`.execute(db);
  // What was indexed before there was this stage takes it now. The ids are of the time, as elsewhere.
  await sql`
    with ended as (
      select distinct on (subject) subject, owner, state from runs
      where job = 'material.index' order by subject, id desc
    ), drawn as (
      select subject, owner, md5(random()::text || subject) as run, md5(subject || random()::text) as line,
        lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') as at
      from ended join materials on materials.id = ended.subject where state = 'done'
    ), named as (
      select subject, owner, (at || '7' || left(run, 3) || '8' || right(run, 15))::uuid as run,
        (at || '7' || left(line, 3) || '8' || right(line, 15))::uuid as line
      from drawn
    ), new_run as (
      insert into runs (id, job, subject, owner, payload, line)
      select run, 'material.analyse', subject, owner, jsonb_build_object('materialId', subject), line
      from named
      returning id, line, job, owner, run_at
    )
    insert into outbox (id, run_id, job, owner, run_at)
    select line, id, job, owner, run_at from new_run`.execute(db);
}
