import { type Kysely, sql } from 'kysely';

/** Whoever reads a course sees whether it is indexed anew; it has many runs of other kinds. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create index runs_reindex on runs (subject, id) where job = 'course.reindex'`.execute(db);
}
