import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { readConfig } from '@lectern/db/config';
import { open } from '@lectern/db/open';
import { listProcesses } from '@lectern/db/postgres/processes';
import { freshEnv } from '@lectern/db/testing/fresh-store';

test('the process listens, is on the list of processes, and stops in order', async () => {
  const env = { ...(await freshEnv()), LECTERN_LOG_LEVEL: 'info', PORT: String(await freePort()) };
  const store = open(readConfig({ ...env, LECTERN_LOG_LEVEL: 'silent' }, null), 'test');
  after(() => store.close());
  const main = new URL('main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const lines = createInterface(child.stdout);
  for await (const line of lines) if (line.includes('the operations dashboard listens')) break;

  const answer = await fetch(`http://127.0.0.1:${env.PORT}/ops/queues`);
  assert.equal(answer.status, 401);
  const roles = async () => (await listProcesses(store.postgres)).map(({ role }) => role);
  assert.deepEqual(await roles(), ['operations']);

  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
  assert.deepEqual(await roles(), []);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
