import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { open } from '@lectern/db/open';
import { freshConfig } from '@lectern/db/testing/fresh-store';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { openServerProxy } from '@lectern/db/testing/server-proxy';
import { buildOperations } from './app.ts';

test('while the database is away the pages say so, and they come back with it', async () => {
  const config = await freshConfig();
  const database = await openServerProxy(config.databaseUrl ?? '');
  const store = open({ ...config, databaseUrl: database.url }, 'test');
  const app = buildOperations(store);
  after(async () => {
    await app.close();
    await store.close();
    await database.stop();
  });
  const { token } = await logInAs(store, 'operator');
  const ask = () => app.inject({ url: '/ops', headers: { authorization: `Bearer ${token}` } });
  assert.equal((await ask()).statusCode, 200);

  await database.stop();
  const away = await ask();
  assert.deepEqual([away.statusCode, away.json().code], [503, 'database_unavailable']);
  assert.equal(away.headers['retry-after'], '5');
  assert.doesNotMatch(away.body, /ECONNREFUSED|127\.0\.0\.1/);
  assert.equal((await app.inject({ url: '/healthz' })).statusCode, 200);

  await database.start();
  assert.equal((await ask()).statusCode, 200);
});
