import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { freshApi, listen } from '../testing/fresh-api.ts';

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

type Seen = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { readonly body: string };

/** Stands in for the operations dashboard, which is a process of its own. */
async function startUpstream(): Promise<{ url: string; seen: Seen[]; server: Server }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const answer = async () => {
      const { method, url = '', headers } = request;
      seen.push({ method, url, headers, body: await text(request) });
      response.setHeader('content-security-policy', "default-src 'none'; from upstream");
      response.writeHead(url.includes('missing') ? 404 : 200, { 'content-type': 'text/html' });
      response.end('<h1>Queues</h1>');
    };
    void answer();
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, seen, server };
}

test('what is under /ops is passed on with cookie, token, body and who really asked', async () => {
  const { url, seen } = await startUpstream();
  const api = await freshApi({ OPERATIONS_URL: url });
  const port = await listen(api.app);
  const answer = await fetch(`http://127.0.0.1:${port}/ops/queues/api?page=2`, {
    method: 'PUT',
    headers: {
      authorization: 'Bearer abc',
      cookie: 'lectern_session=xyz',
      'content-type': 'application/json',
      'x-request-id': 'trace-1',
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-host': 'evil.example',
      origin: 'http://lectern.example',
    },
    body: '{"not": "looked at"',
  });
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), '<h1>Queues</h1>');
  assert.match(answer.headers.get('content-security-policy') ?? '', /from upstream/);
  const [request] = seen;
  assert.equal(request?.method, 'PUT');
  assert.equal(request?.url, '/ops/queues/api?page=2');
  assert.equal(request?.body, '{"not": "looked at"');
  const { headers } = request;
  assert.equal(headers.authorization, 'Bearer abc');
  assert.equal(headers.cookie, 'lectern_session=xyz');
  assert.equal(headers.origin, 'http://lectern.example');
  assert.equal(headers['x-request-id'], 'trace-1');
  assert.equal(headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(headers['x-forwarded-host'], `127.0.0.1:${port}`);
  assert.equal((await fetch(`http://127.0.0.1:${port}/ops/missing`)).status, 404);
});

test('a dashboard that is off is a problem of its own', async () => {
  const { url, server } = await startUpstream();
  server.close();
  const off = await freshApi();
  const gone = await freshApi({ OPERATIONS_URL: url });
  for (const { app, lines } of [off, gone]) {
    const answer = await app.inject({ method: 'GET', url: '/ops/queues' });
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.json().code, 'operations_off');
    assert.equal(answer.headers['retry-after'], '5');
    assert.match(String(answer.headers['content-type']), /problem\+json/);
    assert.deepEqual(
      lines.filter(({ level }) => level >= 50),
      [],
    );
  }
});
