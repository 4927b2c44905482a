import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table materials
      add column title text, add column author text, add column page_count integer`.execute(db);
  // How sure whoever read it from a picture was, from 0 to 1.
  await sql`alter table pages add column confidence real`.execute(db);
  // Pages and pictures that have to be looked at to be read; done when what they say is in pages.
  await sql`
    create table scans (
      material_id uuid not null references materials on delete cascade,
      number integer not null,
      place jsonb not null,
      why text not null check (why in ('no_text', 'garbage', 'picture')),
      object_key text,
      done_at timestamptz,
      primary key (material_id, number)
    )`.execute(db);
}
