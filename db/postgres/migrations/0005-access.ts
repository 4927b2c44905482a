import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table users
      add column locale text not null default 'en' check (locale in ('en', 'ru')),
      add column time_zone text not null default 'UTC',
      add column avatar_url text,
      add column email_verified_at timestamptz,
      add column deleting_at timestamptz`.execute(db);

  // One row per login. A refresh token is known by its family; which one is current is a hash here.
  await sql`drop table sessions`.execute(db);
  await sql`
    create table sessions (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      cookie_hash bytea not null unique,
      family_hash bytea not null,
      current_hash bytea not null,
      previous_hash bytea,
      salt bytea,
      rotated_at timestamptz,
      user_agent text,
      address text,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index sessions_user on sessions (user_id)`.execute(db);

  await sql`
    create table tokens (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      name text not null,
      token_hash bytea not null unique,
      scopes text[] not null,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      used_at timestamptz
    )`.execute(db);
  await sql`create index tokens_user on tokens (user_id, id)`.execute(db);

  // Links in mails that prove who reads the mailbox. A new one replaces the one before.
  await sql`
    create table mailbox_proofs (
      user_id uuid not null references users on delete cascade,
      purpose text not null check (purpose in ('verify_email', 'reset_password')),
      token_hash bytea not null unique,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      primary key (user_id, purpose)
    )`.execute(db);

  await sql`
    create table course_members (
      course_id uuid not null references courses on delete cascade,
      user_id uuid not null references users on delete cascade,
      role text not null check (role in ('owner', 'editor', 'commenter', 'learner')),
      created_at timestamptz not null default now(),
      primary key (course_id, user_id)
    )`.execute(db);
  await sql`create index course_members_user on course_members (user_id, course_id)`.execute(db);
  await sql`
    insert into course_members (course_id, user_id, role)
    select id, owner_id, 'owner' from courses`.execute(db);

  await sql`
    create table invitations (
      id uuid primary key,
      course_id uuid not null references courses on delete cascade,
      email text not null,
      role text not null check (role in ('owner', 'editor', 'commenter', 'learner')),
      token_hash bytea unique,
      invited_by uuid references users on delete set null,
      expires_at timestamptz not null,
      accepted_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`
    create unique index invitations_open on invitations (course_id, email)
    where accepted_at is null`.execute(db);
  await sql`create index invitations_email on invitations (lower(email))`.execute(db);
  await sql`create index materials_owner on materials (owner_id)`.execute(db);

  await sql`
    create table audit_log (
      id uuid primary key,
      at timestamptz not null default now(),
      actor_id uuid,
      action text not null,
      subject_type text not null,
      subject_id uuid,
      before jsonb,
      after jsonb,
      request_id text,
      address text
    )`.execute(db);
  await sql`create index audit_log_actor on audit_log (actor_id, id)`.execute(db);
  await sql`create index audit_log_subject on audit_log (subject_id, id)`.execute(db);
  await sql`create index audit_log_action on audit_log (action, id)`.execute(db);
  await sql`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append only', tg_table_name;
    end $$`.execute(db);
  await sql`
    create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_change()`.execute(db);

  await sql`
    create table exports (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      object_key text,
      size_bytes bigint,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index exports_user on exports (user_id, id)`.execute(db);

  // What became of an account that is gone. No name, no address: only counts, for whoever has the link.
  await sql`
    create table deletions (
      id uuid primary key,
      user_id uuid not null,
      token_hash bytea not null unique,
      requested_at timestamptz not null default now(),
      finished_at timestamptz,
      removed jsonb
    )`.execute(db);
}
