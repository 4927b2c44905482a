import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { chooseApiUrl, readStatus } from './read-status.ts';

let answer: { status: number; body: string } = { status: 200, body: '' };
const server = createServer((request, response) => {
  response.statusCode = request.url === '/readyz' ? answer.status : 404;
  response.end(answer.body);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
const here = `http://127.0.0.1:${port}`;

test('an API that is ready, partly ready, or says something else is told apart', async () => {
  const parts = [
    { name: 'database', ok: true, ms: 1 },
    { name: 'queue', ok: false, detail: 'x', ms: 1 },
  ];
  answer = { status: 200, body: JSON.stringify({ ok: true, parts: parts.slice(0, 1) }) };
  assert.deepEqual(await readStatus(here), { kind: 'ready' });
  answer = { status: 503, body: JSON.stringify({ ok: false, parts }) };
  assert.deepEqual(await readStatus(`${here}/`), { kind: 'partly', missing: ['queue'] });
  for (const body of ['<html>', '', 'null', '{"parts":1}', '{"ok":false,"parts":[]}']) {
    answer = { status: 502, body };
    assert.deepEqual(await readStatus(here), { kind: 'away' }, body);
  }
});

test('an API that does not listen is away', async () => {
  assert.deepEqual(await readStatus('http://127.0.0.1:9'), { kind: 'away' });
});

test('the API is asked at its public address, else on this machine', () => {
  const config = { publicUrl: undefined, host: '127.0.0.1', port: 3000 };
  assert.equal(chooseApiUrl(config), 'http://127.0.0.1:3000');
  assert.equal(chooseApiUrl({ ...config, host: '0.0.0.0' }), 'http://127.0.0.1:3000');
  assert.equal(chooseApiUrl({ ...config, host: '::' }), 'http://[::1]:3000');
  const publicUrl = 'https://lectern.example';
  assert.equal(chooseApiUrl({ ...config, publicUrl }), publicUrl);
});
