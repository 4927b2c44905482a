import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshConfig } from '../testing/fresh-store.ts';
import { openServerProxy } from '../testing/server-proxy.ts';
import { until } from '../testing/until.ts';
import { openPool } from './connect.ts';

test('a server that goes away under a statement rejects it and nothing more; the pool comes back', async (t) => {
  const { databaseUrl = '' } = await freshConfig();
  const server = await openServerProxy(databaseUrl);
  const options = { connections: 3, statementTimeoutMs: 15_000, onError: () => undefined };
  const pool = openPool({ ...options, url: server.url });
  const direct = openPool({ ...options, url: databaseUrl });
  // As kysely does: `pool.query` alone would listen for the client's error by itself.
  const client = await pool.connect();
  t.after(async () => {
    client.release(true);
    await server.stop();
    await Promise.all([pool.end(), direct.end()]);
  });

  const statement = assert.rejects(client.query('select pg_sleep(10)'), /Connection terminated/);
  await until('the statement runs', async () => {
    const { rowCount } = await direct.query(
      `select 1 from pg_stat_activity where query = 'select pg_sleep(10)' and state = 'active'`,
    );
    return rowCount === 1;
  });
  await server.stop();
  await statement;
  await assert.rejects(pool.query('select 1'), /ECONNREFUSED/);

  await server.start();
  const { rows } = await pool.query('select 1 as one');
  assert.deepEqual(rows, [{ one: 1 }]);
});
