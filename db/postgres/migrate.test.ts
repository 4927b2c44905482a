import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client, type Pool } from 'pg';
import { migrateQueues } from '../queue/open-queues.ts';
import { connect, type Db, openPool } from './connect.ts';
import { migrate } from './migrate.ts';

const adminUrl = process.env['TEST_POSTGRES_URL'];
if (adminUrl === undefined) throw new Error('TEST_POSTGRES_URL is empty: run `npm test`.');

const steps = readdirSync(join(import.meta.dirname, 'migrations'))
  .toSorted()
  .map((file) => file.replace(/\.ts$/, ''));

const cleanups: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanUp of cleanups.toReversed()) await cleanUp();
});

test('an empty database is brought up, and the second time there is nothing to do', async () => {
  const { db } = openOn(await makeEmptyDatabase());
  assert.deepEqual(await migrate(db), steps);
  const found = await listTables(db);
  for (const name of ['users', 'courses', 'materials', 'runs', 'outbox']) {
    assert.ok(found.includes(name), `${name} is missing of ${found.join(', ')}`);
  }
  assert.deepEqual(await migrate(db), []);
  assert.deepEqual(await listTables(db), found);
});

test('of processes that migrate at the same time one does it and all succeed', async () => {
  const url = await makeEmptyDatabase();
  const done = await Promise.all([1, 2, 3].map(() => migrate(openOn(url).db)));
  assert.deepEqual(done.flat(), steps);
});

test('the tables of the queues are made beside, twice and at the same time too', async () => {
  const { db, pool } = openOn(await makeEmptyDatabase());
  await migrate(db);
  await Promise.all([migrateQueues(pool), migrateQueues(pool)]);
  await migrateQueues(pool);
  const { rows } = await pool.query(
    `select count(*) from information_schema.tables where table_schema = 'bullmq'`,
  );
  assert.ok(rows[0].count > 0);
});

test('a step that fails is named, and changes nothing', async () => {
  const { db, pool } = openOn(await makeEmptyDatabase());
  await pool.query('create table courses (taken boolean)');
  await assert.rejects(migrate(db), /cannot migrate the database at \d{4}-courses-and-materials/);
  assert.ok(!(await listTables(db)).includes('materials'));
  await pool.query('drop table courses');
  await migrate(db);
  assert.ok((await listTables(db)).includes('materials'));
});

async function makeEmptyDatabase(): Promise<string> {
  const name = `lectern_empty_${randomBytes(8).toString('hex')}`;
  await administer(`create database ${name}`);
  cleanups.push(() => administer(`drop database if exists ${name} with (force)`));
  const url = new URL(String(adminUrl));
  url.pathname = `/${name}`;
  return url.href;
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function openOn(url: string): { readonly db: Db; readonly pool: Pool } {
  const pool = openPool({
    url,
    connections: 3,
    statementTimeoutMs: 30_000,
    onError: (error) => assert.fail(error),
  });
  const db = connect(pool);
  cleanups.push(() => db.destroy());
  return { db, pool };
}

async function listTables(db: Db): Promise<string[]> {
  const tables = await db.introspection.getTables();
  return tables.map(({ name }) => name).toSorted();
}
