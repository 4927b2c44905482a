import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshApi } from '../testing/fresh-api.ts';

const ask = { 'access-control-request-method': 'POST' };

test('no other site is let in unless it is named', async () => {
  const { app } = await freshApi();
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/v1/courses',
    headers: { origin: 'https://other.example', ...ask },
  });
  assert.equal(preflight.statusCode, 405);
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
});

test('a site that is named may call with a token, and no other', async () => {
  const { app } = await freshApi({ CORS_ORIGINS: 'https://a.example, https://b.example' });
  const call = (method: 'OPTIONS' | 'GET', origin: string, headers = {}) =>
    app.inject({ method, url: '/v1/me', headers: { origin, ...headers } });
  const preflight = await call('OPTIONS', 'https://b.example', ask);
  assert.equal(preflight.statusCode, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], 'https://b.example');
  assert.match(
    String(preflight.headers['access-control-allow-headers']),
    /Authorization.*Idempotency-Key.*X-HTTP-Method-Override/,
  );
  assert.equal(
    preflight.headers['access-control-allow-credentials'],
    undefined,
    'cookies stay at home',
  );
  const refused = await call('GET', 'https://a.example');
  assert.equal(refused.statusCode, 401);
  assert.equal(
    refused.headers['access-control-allow-origin'],
    'https://a.example',
    'so that the page can read why',
  );
  assert.match(String(refused.headers.vary), /Origin/);
  const other = await call('GET', 'https://a.example.evil');
  assert.equal(other.headers['access-control-allow-origin'], undefined);
  assert.equal((await call('OPTIONS', 'https://c.example', ask)).statusCode, 405);
});

test('every answer carries the headers that browsers keep people safe by', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  for (const url of ['/healthz', '/v1/me', '/v1/nowhere', '/openapi.json']) {
    const { headers } = await me.call('GET', url);
    assert.equal(headers['x-content-type-options'], 'nosniff', url);
    assert.equal(headers['x-frame-options'], 'DENY', url);
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, url);
    assert.match(String(headers['cache-control']), /private/, url);
    assert.equal(headers['x-powered-by'], undefined);
  }
});

test('an address that cannot be read is answered with the same headers', async () => {
  const { app } = await freshApi();
  const fetchPage = (url: string) => app.inject({ url, headers: { 'x-request-id': 'mine' } });
  const { statusCode, headers: expected } = await fetchPage('/v1/nowhere');
  assert.equal(statusCode, 404);
  const names = Object.keys(expected).filter((name) => !name.startsWith('content-'));
  assert.ok(names.includes('x-request-id') && names.includes('referrer-policy'));
  for (const url of ['/%ff', '/v1/courses/%ff', `/v1/jobs/${'x'.repeat(600)}`]) {
    const { headers } = await fetchPage(url);
    for (const name of [...names, 'content-security-policy']) {
      if (name !== 'date') assert.equal(headers[name], expected[name], `${name} of ${url}`);
    }
  }
});
