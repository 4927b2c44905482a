import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table runs (
      id uuid primary key,
      job text not null,
      subject uuid,
      owner uuid,
      payload jsonb not null,
      state text not null default 'queued'
        check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
      progress real not null default 0,
      fence integer not null default 0,
      crashes integer not null default 0,
      attempts integer not null default 0,
      line uuid not null,
      request_id text,
      error jsonb,
      run_at timestamptz not null default now(),
      created_at timestamptz not null default now(),
      started_at timestamptz,
      heartbeat_at timestamptz,
      deadline_at timestamptz,
      finished_at timestamptz
    ) with (fillfactor = 80)`.execute(db);
  // Open runs by their turn. Not by state: a claim then changes no index and stays in its page.
  await sql`
    create index runs_open on runs (job, owner, id) where finished_at is null`.execute(db);
  await sql`create index runs_subject on runs (subject, id) where subject is not null`.execute(db);
  await sql`
    create table outbox (
      id uuid primary key,
      run_id uuid not null,
      job text not null,
      owner uuid,
      run_at timestamptz not null default now(),
      created_at timestamptz not null default now()
    ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`.execute(db);
  await sql`
    create table effects (
      key text primary key,
      run_id uuid,
      state text not null check (state in ('begun', 'done')),
      result jsonb,
      created_at timestamptz not null default now(),
      finished_at timestamptz
    )`.execute(db);
  await sql`
    create table dead_letters (
      id uuid primary key,
      run_id uuid not null unique references runs on delete cascade,
      job text not null,
      owner uuid,
      payload jsonb not null,
      error jsonb not null,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create table schedules (name text primary key, next_at timestamptz not null)`.execute(
    db,
  );
  await sql`
    create table processes (
      id uuid primary key,
      role text not null,
      takes text[] not null,
      host text not null,
      pid integer not null,
      started_at timestamptz not null default now(),
      seen_at timestamptz not null default now()
    )`.execute(db);
}
