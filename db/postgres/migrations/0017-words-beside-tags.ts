import { type Kysely, sql } from 'kysely';

/** The parser leaves out tags, and all that follows `<script>`; lectures speak of them, and go on after. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table chunks drop column words`.execute(db);
  await sql`
    alter table chunks add column words tsvector not null
      generated always as (to_tsvector(language, translate(text, '<>', '  '))) stored`.execute(db);
  await sql`create index chunks_words on chunks using gin (words)`.execute(db);
}
