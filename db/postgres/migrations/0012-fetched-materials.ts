import { type Kysely, sql } from 'kysely';

/** Materials that a worker fetches from an address: the row is there before its file is. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table materials add column source_url text, add column fetched_at timestamptz`.execute(
    db,
  );
}
