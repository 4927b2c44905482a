import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { sql } from 'kysely';
import { freshDatabase } from '../testing/fresh-database.ts';
import { openServerProxy } from '../testing/server-proxy.ts';
import { connect, openPool } from './connect.ts';
import { isOutage } from './is-outage.ts';

const open = (url: string) =>
  connect(openPool({ url, connections: 1, statementTimeoutMs: 5_000, onError: () => undefined }));

test('a database that refuses, or goes away under a statement, is an outage', async () => {
  const database = await freshDatabase();
  await using proxy = await openServerProxy(database.url);
  const db = open(proxy.url);
  await sql`select 1`.execute(db);
  const cut = sql`select pg_sleep(4)`.execute(db);
  await Promise.all([assert.rejects(cut, isOutage), proxy.stop()]);
  await assert.rejects(sql`select 1`.execute(db), isOutage);
  await db.destroy();
  await database.drop();
});

test('a statement that is wrong is none, and neither is another server that refuses', async () => {
  const database = await freshDatabase();
  const db = open(database.url);
  const notOutage = (error: unknown) => !isOutage(error);
  await assert.rejects(sql`select wrong`.execute(db), notOutage);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  server.close();
  await once(server, 'close');
  await assert.rejects(fetch(`http://127.0.0.1:${address.port}`), notOutage);
  await db.destroy();
  await database.drop();
});
