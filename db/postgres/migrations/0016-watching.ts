import { type Kysely, sql } from 'kysely';

/** What people have seen and heard of recordings, and where they left off. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table watching (
      user_id uuid not null references users on delete cascade,
      material_id uuid not null references materials on delete cascade,
      position_s double precision not null default 0,
      position_at timestamptz not null,
      intervals jsonb not null default '[]',
      share double precision not null default 0,
      completed_at timestamptz,
      updated_at timestamptz not null default now(),
      primary key (user_id, material_id)
    )`.execute(db);
  await sql`create index watching_material on watching (material_id)`.execute(db);
}
