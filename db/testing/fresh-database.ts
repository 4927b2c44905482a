import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { connect, openPool } from '../postgres/connect.ts';
import { migrate } from '../postgres/migrate.ts';
import { migrateQueues } from '../queue/open-queues.ts';

export type FreshDatabase = { readonly url: string; drop(): Promise<void> };

/** A migrated database of one's own: a clone of a template that is made once per set of migrations. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const admin = process.env['TEST_POSTGRES_URL'];
  if (admin === undefined) {
    throw new Error(
      'TEST_POSTGRES_URL is empty: run the tests with `npm test`, which starts PostgreSQL.',
    );
  }
  const template = `lectern_template_${hashMigrations()}`;
  const name = `lectern_test_${randomBytes(8).toString('hex')}`;
  await withClient(admin, async (client) => {
    // Cloning fails while another session is connected to the template, so clones wait for each other.
    await client.query('select pg_advisory_lock(715)');
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      template,
    ]);
    if (rowCount === 0) await createTemplate(client, admin, template);
    await client.query(`create database ${name} template ${template}`);
  });
  return {
    url: urlOf(admin, name),
    drop: () =>
      withClient(admin, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

async function createTemplate(client: pg.Client, admin: string, template: string): Promise<void> {
  const draft = `${template}_draft`;
  await client.query(`drop database if exists ${draft}`);
  await client.query(`create database ${draft}`);
  const pool = openPool({
    url: urlOf(admin, draft),
    connections: 2,
    statementTimeoutMs: 60_000,
    onError: () => undefined,
  });
  const db = connect(pool);
  await migrate(db);
  await migrateQueues(pool);
  await db.destroy();
  await client.query(`alter database ${draft} rename to ${template}`);
}

async function withClient(url: string, act: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}

function urlOf(admin: string, database: string): string {
  const url = new URL(admin);
  url.pathname = `/${database}`;
  return url.href;
}

function hashMigrations(): string {
  const folder = join(import.meta.dirname, '..', 'postgres', 'migrations');
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}
