import { sql } from 'kysely';
import type { Db } from '../postgres/connect.ts';

/** The tables with a row in which these characters stand, in whatever column. */
export async function findTraces(db: Db, text: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE'
    order by table_name`.execute(db);
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ has: boolean }>`
      select exists (
        select from ${sql.table(name)} as row where strpos(lower(row::text), lower(${text})) > 0
      ) as has`.execute(db);
    if (rows[0]?.has === true) found.push(name);
  }
  return found;
}
