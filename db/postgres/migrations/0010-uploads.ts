import { type Kysely, sql } from 'kysely';

/** Files that arrive in several requests, and what of them is there already. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table uploads (
      id uuid primary key,
      course_id uuid not null references courses on delete cascade,
      owner_id uuid not null references users on delete cascade,
      file_name text not null,
      metadata text not null,
      size_bytes bigint not null,
      offset_bytes bigint not null default 0,
      fence integer not null default 0,
      material_id uuid references materials on delete set null,
      created_at timestamptz not null default now(),
      touched_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index uploads_touched on uploads (touched_at)`.execute(db);
  await sql`create index uploads_owner on uploads (owner_id)`.execute(db);
  await sql`create index uploads_course on uploads (course_id)`.execute(db);
  await sql`create index uploads_material on uploads (material_id)`.execute(db);
  await sql`
    create table upload_parts (
      upload_id uuid not null references uploads on delete cascade,
      start_bytes bigint not null,
      size_bytes bigint not null,
      object_key text not null,
      primary key (upload_id, start_bytes)
    )`.execute(db);
}
