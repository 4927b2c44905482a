import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table idempotency (
      user_id uuid not null references users on delete cascade,
      key text not null,
      request_hash text not null,
      body_hash text,
      resource_id uuid not null,
      holder uuid not null,
      status integer,
      headers jsonb,
      body text,
      created_at timestamptz not null default now(),
      seen_at timestamptz not null default now(),
      primary key (user_id, key)
    )`.execute(db);
  await sql`create index idempotency_age on idempotency (created_at)`.execute(db);
}
