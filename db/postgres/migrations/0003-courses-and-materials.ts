import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table courses (
      id uuid primary key,
      owner_id uuid not null references users on delete cascade,
      title text not null,
      description text not null default '',
      language text not null default 'en',
      level text,
      tags text[] not null default '{}',
      visibility text not null default 'private' check (visibility in ('private', 'public')),
      status text not null default 'draft' check (status in ('draft', 'published')),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index courses_owner on courses (owner_id, id)`.execute(db);
  await sql`
    create table materials (
      id uuid primary key,
      course_id uuid not null references courses on delete cascade,
      owner_id uuid not null references users on delete cascade,
      file_name text not null,
      media_type text not null,
      kind text not null
        check (kind in ('document', 'presentation', 'image', 'audio', 'video', 'text')),
      size_bytes bigint not null,
      sha256 text not null,
      object_key text not null,
      language text,
      created_at timestamptz not null default now(),
      unique (course_id, sha256)
    )`.execute(db);
  await sql`
    create table pages (
      material_id uuid not null references materials on delete cascade,
      number integer not null,
      text text not null,
      place jsonb not null,
      primary key (material_id, number)
    )`.execute(db);
  await sql`
    create table chunks (
      id uuid primary key,
      material_id uuid not null references materials on delete cascade,
      course_id uuid not null references courses on delete cascade,
      number integer not null,
      text text not null,
      place jsonb not null,
      language regconfig not null,
      words tsvector not null generated always as (to_tsvector(language, text)) stored,
      unique (material_id, number)
    )`.execute(db);
  await sql`create index chunks_words on chunks using gin (words)`.execute(db);
  await sql`create index chunks_course on chunks (course_id)`.execute(db);
}
