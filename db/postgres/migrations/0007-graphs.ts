import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  // What a course's document is now: `state` as of `state_version`, and the updates after it. Apart from
  // `courses`, because each edit locks and changes this row; room is left so that it stays in its page.
  await sql`
    create table course_documents (
      course_id uuid primary key references courses on delete cascade,
      version bigint not null default 0,
      state bytea not null default '\\x0000',
      state_version bigint not null default 0,
      settled_version bigint not null default 0,
      size_bytes bigint not null default 2,
      is_settle_queued boolean not null default false,
      has_answers boolean not null default false,
      fault_count integer not null default 0,
      snapshot_at timestamptz
    ) with (fillfactor = 50)`.execute(db);
  await sql`alter table course_documents alter column state set storage external`.execute(db);
  await sql`insert into course_documents (course_id) select id from courses`.execute(db);
  // Everybody who edits waits for this insert. It needs no foreign keys, which cost it a third of its
  // time: it changes the document's row with it, and triggers follow what is removed.
  await sql`
    create table course_updates (
      course_id uuid not null,
      version bigint not null,
      data bytea not null,
      user_id uuid,
      at timestamptz not null default now(),
      primary key (course_id, version)
    )`.execute(db);
  await sql`
    create function remove_course_updates() returns trigger language plpgsql as $$
    begin
      delete from course_updates where course_id in (select course_id from removed);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger course_updates_go after delete on course_documents
    referencing old table as removed
    for each statement execute function remove_course_updates()`.execute(db);
  await sql`
    create function forget_course_updates_user() returns trigger language plpgsql as $$
    begin
      update course_updates set user_id = null where user_id in (select id from removed);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger course_updates_forget_user after delete on users
    referencing old table as removed
    for each statement execute function forget_course_updates_user()`.execute(db);

  await sql`
    create table nodes (
      course_id uuid not null references courses on delete cascade,
      id text not null,
      type text not null,
      title text not null,
      position jsonb not null,
      data jsonb not null,
      content jsonb,
      primary key (course_id, id)
    )`.execute(db);
  await sql`
    create table edges (
      course_id uuid not null references courses on delete cascade,
      id text not null,
      type text not null,
      source text not null,
      target text not null,
      primary key (course_id, id)
    )`.execute(db);
  // In which version a field last changed, also of what is gone: an edit that was made on an older one
  // is compared with these. The field '' is the element itself.
  await sql`
    create table graph_changes (
      course_id uuid not null references courses on delete cascade,
      element text not null,
      field text not null,
      version bigint not null,
      primary key (course_id, element, field)
    )`.execute(db);
  await sql`
    create table course_history (
      id uuid primary key,
      course_id uuid not null references courses on delete cascade,
      user_id uuid references users on delete set null,
      element_kind text not null check (element_kind in ('node', 'edge')),
      element_id text not null,
      title text not null,
      action text not null check (action in ('added', 'changed', 'removed')),
      changes jsonb not null,
      from_version bigint not null,
      to_version bigint not null,
      started_at timestamptz not null,
      ended_at timestamptz not null
    )`.execute(db);
  await sql`create index course_history_course on course_history (course_id, id)`.execute(db);
  await sql`
    create index course_history_element on course_history (course_id, element_id, id)`.execute(db);
  await sql`
    create index course_history_user on course_history (user_id) where user_id is not null`.execute(
    db,
  );
  await sql`
    create table course_snapshots (
      id uuid primary key,
      course_id uuid not null references courses on delete cascade,
      version bigint not null,
      kind text not null check (kind in ('manual', 'automatic', 'published', 'reverted')),
      message text not null,
      graph jsonb not null,
      node_count integer not null,
      edge_count integer not null,
      created_by uuid references users on delete set null,
      created_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index course_snapshots_course on course_snapshots (course_id, id)`.execute(db);
  await sql`
    create index course_snapshots_user on course_snapshots (created_by)
    where created_by is not null`.execute(db);

  await sql`
    create table comments (
      id uuid primary key,
      course_id uuid not null references courses on delete cascade,
      parent_id uuid references comments on delete cascade,
      target_kind text not null check (target_kind in ('course', 'node', 'edge')),
      target_id text,
      author_id uuid references users on delete set null,
      body text not null,
      mentions uuid[] not null default '{}',
      created_at timestamptz not null default now(),
      edited_at timestamptz,
      resolved_at timestamptz,
      resolved_by uuid references users on delete set null,
      check ((target_kind = 'course') = (target_id is null))
    )`.execute(db);
  await sql`create index comments_course on comments (course_id, id)`.execute(db);
  await sql`create index comments_parent on comments (parent_id, id)`.execute(db);
  await sql`create index comments_author on comments (author_id)`.execute(db);
  await sql`create index comments_resolver on comments (resolved_by)`.execute(db);

  // Chunks are of a material's text or of a node's.
  await sql`
    alter table chunks
      alter column material_id drop not null,
      add column node_id text,
      add constraint chunks_node foreign key (course_id, node_id) references nodes on delete cascade,
      add constraint chunks_subject check (num_nonnulls(material_id, node_id) = 1),
      add constraint chunks_node_number unique (course_id, node_id, number)`.execute(db);

  await sql`
    create table course_exports (
      id uuid primary key,
      course_id uuid not null references courses on delete cascade,
      user_id uuid not null references users on delete cascade,
      format text not null check (format in ('json', 'markdown', 'html')),
      object_key text,
      size_bytes bigint,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    )`.execute(db);
  await sql`create index course_exports_course on course_exports (course_id, user_id, id)`.execute(
    db,
  );
  await sql`create index course_exports_user on course_exports (user_id)`.execute(db);
  await sql`
    create table course_imports (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      file_name text not null,
      object_key text not null,
      size_bytes bigint not null,
      report jsonb,
      created_at timestamptz not null default now(),
      finished_at timestamptz
    )`.execute(db);
  await sql`create index course_imports_user on course_imports (user_id, id)`.execute(db);
}
