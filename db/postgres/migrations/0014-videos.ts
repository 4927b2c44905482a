import { type Kysely, sql } from 'kysely';

/** What is known of videos and sound, and what of them is there to be streamed. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table materials add column duration_ms integer,
      add column video_rounds integer not null default 0`.execute(db);
  await sql`
    create table videos (
      material_id uuid primary key references materials on delete cascade,
      duration_ms integer not null,
      info jsonb not null default '{}',
      plan jsonb,
      key bytea,
      round integer not null default 1,
      run_id uuid,
      storyboard jsonb,
      state text not null default 'making' check (state in ('making', 'whole')),
      updated_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create table video_renditions (
      material_id uuid not null references videos on delete cascade,
      round integer not null,
      name text not null,
      kind text not null check (kind in ('video', 'audio')),
      position integer not null,
      codecs text not null,
      width integer,
      height integer,
      frame_rate double precision,
      bandwidth integer not null,
      average_bandwidth integer not null,
      language text,
      title text,
      is_default boolean not null default false,
      is_whole boolean not null default false,
      primary key (material_id, name)
    )`.execute(db);
  await sql`
    create table video_pieces (
      material_id uuid not null references videos on delete cascade,
      piece integer not null,
      from_s double precision not null,
      to_s double precision not null,
      cuts double precision[] not null default '{}',
      done_at timestamptz,
      primary key (material_id, piece)
    )`.execute(db);
  await sql`
    create table video_segments (
      material_id uuid not null,
      rendition text not null,
      piece integer not null,
      number integer not null,
      start_s double precision not null,
      duration_s double precision not null,
      size_bytes integer not null,
      object_key text not null,
      primary key (material_id, rendition, piece, number),
      foreign key (material_id, rendition) references video_renditions on delete cascade
    )`.execute(db);
}
