import { sql } from 'kysely';
import type { Db } from './connect.ts';

/** What is wrong with the database for search, in a sentence that says what to do; else undefined. */
export async function findDatabaseFault(db: Db): Promise<string | undefined> {
  const { rows } = await sql<{ words: string; encoding: string }>`
    select to_tsvector('russian', 'Реки')::text as words,
      pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()
    `.execute(db);
  const [found] = rows;
  if (found?.encoding === 'UTF8' && found.words === `'рек':1`) return undefined;
  return (
    'The database does not know letters beyond ASCII, so search will miss words. Create it with ' +
    "`create database lectern template template0 encoding 'UTF8' locale 'C.UTF-8'`."
  );
}
