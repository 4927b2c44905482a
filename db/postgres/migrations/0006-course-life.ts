import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table courses add column deleted_at timestamptz`.execute(db);
  await sql`
    create index courses_deleted on courses (deleted_at) where deleted_at is not null`.execute(db);
}
