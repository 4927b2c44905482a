import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { announce } from '@lectern/db/presence';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { openServerProxy } from '@lectern/db/testing/server-proxy';
import { until } from '@lectern/db/testing/until';
import { freshApi } from '../testing/fresh-api.ts';

test('the first page says what runs, as text, to whoever asks, and nothing of the machine', async () => {
  const { app, store } = await freshApi();
  const presence = await announce(store, { role: 'workers', takes: ['extract', '<script>'] });
  const answer = await app.inject({ url: '/' });
  await presence.close();
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-type']), /^text\/html; charset=utf-8$/);
  assert.match(answer.body, /Takes &lt;script&gt;, extract\./);
  assert.doesNotMatch(answer.body, /<script|style=|https?:/);
  for (const secret of [String(process.pid), store.config.dataDir, '127.0.0.1']) {
    assert.ok(!answer.body.includes(secret), secret);
  }
  assert.match(answer.body, /no account yet/);
});

test('when there is an account the first page does not offer to make the first one', async () => {
  const api = await freshApi();
  await api.logIn('admin');
  const { body } = await api.app.inject({ url: '/' });
  assert.doesNotMatch(body, /no account yet/);
});

test('every address that the first page names is there', async () => {
  const { app } = await freshApi();
  const { body } = await app.inject({ url: '/' });
  const addresses = new Set([...body.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href));
  assert.ok(addresses.size >= 8);
  for (const url of addresses) {
    const { statusCode } = await app.inject({ url });
    // Without workers and dashboard two of them say that they are away.
    const expected = ['/readyz', '/ops/queues'].includes(url) ? [503] : [200, 302];
    assert.ok(expected.includes(statusCode), `${url} answers ${statusCode}`);
  }
});

test('the style and the icon are kept by the browser until they change', async () => {
  const { app } = await freshApi();
  for (const url of ['/style.css', '/favicon.svg']) {
    const first = await app.inject({ url });
    assert.equal(first.statusCode, 200);
    const again = await app.inject({ url, headers: { 'if-none-match': first.headers.etag } });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
  }
});

test('the pages load nothing but this site’s style and image', async () => {
  const { app } = await freshApi();
  for (const url of ['/', '/login']) {
    const policy = String((await app.inject({ url })).headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; style-src 'self'; img-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|script-src/);
  }
});

test('while the database refuses or hangs the first page says so within a second, and recovers', async () => {
  const env = await freshEnv();
  const database = await openServerProxy(env['DATABASE_URL'] ?? '');
  after(() => database.stop());
  const { app } = await freshApi({ DATABASE_URL: database.url });
  const says = async (words: string) => {
    const startedMs = performance.now();
    const { statusCode, body } = await app.inject({ url: '/' });
    assert.equal(statusCode, 200);
    assert.ok(performance.now() - startedMs < 1_000);
    return body.includes(words);
  };
  const away = 'The database does not answer.';
  assert.equal(await says(away), false);

  await database.stop();
  await until('refused', () => says(away));
  await database.start();
  await until('back', async () => !(await says(away)));

  database.freeze();
  await until('hanging', () => says(away));
  const many = await Promise.all(Array.from({ length: 50 }, () => says(away)));
  assert.ok(many.every(Boolean));
  database.thaw();
  await until('back again', async () => !(await says(away)));
});
