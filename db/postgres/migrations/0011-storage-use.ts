import { type Kysely, sql } from 'kysely';

/**
 * How much the files of each person and of each course take, kept by the database itself: whatever adds,
 * changes or removes a file changes it in the same transaction, and holds its rows until that ends.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table storage_use (
      id uuid primary key,
      used_bytes bigint not null
    )`.execute(db);
  // Always people before courses, and each in their order: so nobody waits in a circle.
  await sql`
    create function count_storage() returns trigger language plpgsql as $$
    declare
      changes text := case tg_op
        when 'INSERT' then format('select owner_id, course_id, %1$I as bytes from added', tg_argv[0])
        when 'DELETE' then format('select owner_id, course_id, -%1$I as bytes from removed', tg_argv[0])
        else format(
          'select owner_id, course_id, %1$I as bytes from added
           union all select owner_id, course_id, -%1$I from removed', tg_argv[0])
      end;
      whose text;
    begin
      foreach whose in array array['owner_id', 'course_id'] loop
        execute format(
          'insert into storage_use as use (id, used_bytes)
           select %1$I, sum(bytes) from (%2$s) as changes
           group by %1$I having sum(bytes) <> 0 order by %1$I
           on conflict (id) do update set used_bytes = use.used_bytes + excluded.used_bytes',
          whose, changes);
      end loop;
      return null;
    end $$`.execute(db);
  // What is announced is held free until the file is a material, or nobody goes on with it.
  await sql`alter table uploads add column reserved_bytes bigint not null default 0`.execute(db);
  await sql`update uploads set reserved_bytes = size_bytes where material_id is null`.execute(db);
  await countIn(db, 'materials', 'size_bytes');
  await countIn(db, 'uploads', 'reserved_bytes');
}

async function countIn(db: Kysely<never>, table: string, column: string): Promise<void> {
  const [rows, bytes] = [sql.table(table), sql.ref(column)];
  for (const whose of ['owner_id', 'course_id']) {
    const id = sql.ref(whose);
    await sql`
      insert into storage_use as use (id, used_bytes)
      select ${id}, sum(${bytes}) from ${rows} group by ${id}
      on conflict (id) do update set used_bytes = use.used_bytes + excluded.used_bytes`.execute(db);
  }
  const both = sql`new table as added old table as removed`;
  for (const [event, seen] of [
    ['insert', sql`new table as added`],
    ['update', both],
    ['delete', sql`old table as removed`],
  ] as const) {
    await sql`
      create trigger ${sql.ref(`${table}_storage_${event}`)} after ${sql.raw(event)} on ${rows}
      referencing ${seen} for each statement
      execute function count_storage(${sql.lit(column)})`.execute(db);
  }
}
