import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { until } from '@lectern/db/testing/until';
import { formOf } from './testing/fresh-api.ts';
import { countAll } from './testing/keep-count.ts';
import { openSocket, readAnswer } from './testing/raw-http.ts';
import { startApi } from './testing/start-api.ts';

test('a stop lets a running upload end, takes nothing new, and exits with 0', async () => {
  const { child, port, store } = await startApi();
  const listProcesses = () =>
    store.postgres.selectFrom('processes').select(['role', 'pid']).execute();
  await until('the process is on its list', async () => (await listProcesses()).length > 0);
  assert.deepEqual(await listProcesses(), [{ role: 'api', pid: child.pid }]);
  const { token } = await logInAs(store, 'user');
  const made = await fetch(`http://127.0.0.1:${port}/v1/courses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"title":"Course"}',
  });
  const { id }: { id?: string } = JSON.parse(await made.text());
  const { body, headers } = formOf([{ name: 'a.txt', content: 'words '.repeat(100_000) }]);
  const socket = openSocket(port);
  const answer = readAnswer(socket);
  socket.write(
    [
      `POST /v1/courses/${id}/materials HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${token}`,
      `Content-Type: ${headers['content-type']}`,
      `Content-Length: ${body.length}`,
    ].join('\r\n') + '\r\n\r\n',
  );
  socket.write(body.subarray(0, 300_000));
  const exited = once(child, 'exit');
  const temp = join(store.config.dataDir, 'objects', 'temp');
  await until(
    'the file is being written',
    async () => (await readdir(temp).catch(() => [])).length > 0,
  );
  child.kill('SIGTERM');
  await until('nothing new is taken', () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => false,
      () => true,
    ),
  );
  socket.write(body.subarray(300_000));
  assert.equal((await answer).status, 202);
  assert.deepEqual(await exited, [0, null]);
  const { materials, runs, objects } = await countAll(store);
  assert.deepEqual({ materials, runs, objects }, { materials: 1, runs: 1, objects: 1 });
  assert.deepEqual(await listProcesses(), []);
});

test('the API does not outlive the process that started it', async () => {
  const { child } = await startApi();
  const exited = once(child, 'exit');
  child.disconnect();
  assert.deepEqual(await exited, [0, null]);
});

test('a request that does not end is cut off when the time for stopping is over', async () => {
  const { child, port } = await startApi({ LECTERN_SHUTDOWN_MS: '300' });
  const socket = openSocket(port);
  const answer = readAnswer(socket);
  socket.write('GET /healthz HTTP/1.1\r\nHost: local');
  await fetch(`http://127.0.0.1:${port}/healthz`);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  assert.equal((await answer).status, 0);
});
