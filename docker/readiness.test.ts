import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { explainBusyPort, findFreePort } from './free-port.ts';
import { urlOf, waitUntilReady } from './readiness.ts';

test('the address that is printed is one that a browser can open', () => {
  assert.equal(urlOf({ host: '127.0.0.1', port: 3000 }), 'http://127.0.0.1:3000');
  assert.equal(urlOf({ host: '0.0.0.0', port: 3000 }), 'http://127.0.0.1:3000');
  assert.equal(urlOf({ host: '::', port: 3000 }), 'http://[::1]:3000');
  assert.equal(urlOf({ host: '10.0.0.7', port: 80 }), 'http://10.0.0.7:80');
});

test('a port that is free is not complained about, and stays free', async () => {
  const port = await findFreePort();
  assert.equal(await explainBusyPort('127.0.0.1', port), undefined);
  assert.equal(await explainBusyPort('127.0.0.1', port), undefined);
});

test('a port that another program has on all addresses is taken', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  assert.match((await explainBusyPort('127.0.0.1', address.port)) ?? '', /is taken by another/);
});

test('an address that this machine does not have is refused with what to write', async () => {
  assert.match(
    (await explainBusyPort('203.0.113.7', 3000)) ?? '',
    /HOST=203\.0\.113\.7.*0\.0\.0\.0/,
  );
});

test('what takes long is named with what it lacks, and the wait goes on until all is well', async () => {
  let asked = 0;
  const server = createWebServer((_, answer) => {
    asked++;
    const isWell = asked > 5;
    const queue = { name: 'queue', ok: isWell, detail: 'no worker took the canary' };
    answer.writeHead(isWell ? 200 : 503, { 'content-type': 'application/json' });
    answer.end(JSON.stringify({ ok: isWell, parts: [{ name: 'bus', ok: true }, queue] }));
  });
  after(() => server.close());
  const port = await findFreePort();
  const told: string[] = [];
  const ready = waitUntilReady({
    url: `http://127.0.0.1:${port}`,
    signal: new AbortController().signal,
    patienceMs: 20,
    onSlow: (lacking) => {
      told.push(lacking);
      if (!server.listening) server.listen(port, '127.0.0.1');
    },
  });
  await ready;
  assert.equal(asked, 6);
  assert.equal(told[0], 'the API does not answer');
  assert.equal(told.at(-1), 'queue: no worker took the canary');
});
