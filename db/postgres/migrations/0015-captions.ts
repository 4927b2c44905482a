import { type Kysely, sql } from 'kysely';

/** What is said in recordings, and what of it was written down so far. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table captions (
      material_id uuid not null references materials on delete cascade,
      language text not null,
      position integer not null default 0,
      source text not null check (source in ('speech', 'embedded', 'sidecar', 'edited')),
      engine text,
      beside uuid references materials on delete set null,
      is_draft boolean not null default false,
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      primary key (material_id, language)
    )`.execute(db);
  await sql`
    create table caption_cues (
      material_id uuid not null,
      language text not null,
      number integer not null,
      start_ms integer not null,
      end_ms integer not null,
      text text not null,
      primary key (material_id, language, number),
      foreign key (material_id, language) references captions on delete cascade on update cascade
    )`.execute(db);
  await sql`
    create table speech_pieces (
      material_id uuid not null references materials on delete cascade,
      piece integer not null,
      start_ms integer not null,
      end_ms integer not null,
      engine text not null,
      language text,
      confidence real,
      cues jsonb not null,
      done_at timestamptz not null default now(),
      primary key (material_id, piece)
    )`.execute(db);
}
