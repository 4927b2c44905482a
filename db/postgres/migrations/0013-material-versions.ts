import { type Kysely, sql } from 'kysely';

/** The files that a material had before. They take room as well, and whose it is is counted with the others. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table material_versions (
      material_id uuid not null references materials on delete cascade,
      number integer not null,
      course_id uuid not null,
      owner_id uuid not null,
      file_name text not null,
      media_type text not null,
      size_bytes bigint not null,
      sha256 text not null,
      object_key text not null,
      replaced_by uuid references users on delete set null,
      replaced_at timestamptz not null default now(),
      primary key (material_id, number)
    )`.execute(db);
  const both = sql`new table as added old table as removed`;
  for (const [event, seen] of [
    ['insert', sql`new table as added`],
    ['update', both],
    ['delete', sql`old table as removed`],
  ] as const) {
    await sql`
      create trigger ${sql.ref(`material_versions_storage_${event}`)}
      after ${sql.raw(event)} on material_versions referencing ${seen} for each statement
      execute function count_storage('size_bytes')`.execute(db);
  }
}
