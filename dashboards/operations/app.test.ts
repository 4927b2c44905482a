import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { contracts } from '@lectern/db/jobs/contracts';
import { csrfTokenOf } from '@lectern/db/access/credentials';
import type { Store } from '@lectern/db/open';
import { listAudit } from '@lectern/db/postgres/audit';
import { announce } from '@lectern/db/presence';
import { testRedisUrl } from '@lectern/db/testing/fresh-redis';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { logInAs } from '@lectern/db/testing/log-in-as';
import type { FastifyInstance } from 'fastify';
import { buildOperations } from './app.ts';

const store = await freshStore();
const app = startApp(store);
const logins = {
  user: await logInAs(store, 'user'),
  operator: await logInAs(store, 'operator'),
  admin: await logInAs(store, 'admin'),
};
const browser = { accept: 'text/html,application/xhtml+xml' };

function startApp(of: Store): FastifyInstance {
  const made = buildOperations(of);
  after(() => made.close());
  return made;
}

type Shown = { readonly cookie: string; readonly token: string };

function asCookie({ cookie }: Pick<Shown, 'cookie'>) {
  return { cookie: `theme=dark; lectern_session=${cookie}` };
}
function asBearer({ token }: Pick<Shown, 'token'>) {
  return { authorization: `Bearer ${token}` };
}
/** As a page of this site sends a change. */
function asPage({ cookie }: Pick<Shown, 'cookie'>) {
  return { ...asCookie({ cookie }), 'x-xsrf-token': csrfTokenOf(cookie) };
}

const pages = [
  '/ops',
  '/ops/',
  '/ops/queues',
  '/ops/queues/',
  '/ops/queues/queue/material.extract',
];
const data = [
  '/ops/queues/api/queues',
  '/ops/queues/api/queues/material.extract/workers',
  '/ops/queues/static/favicon.ico',
];

for (const url of [...pages, ...data]) {
  for (const show of [asCookie, asBearer]) {
    test(`${url} opens for operators and admins, not for users (${show.name})`, async () => {
      for (const role of ['operator', 'admin'] as const) {
        const { statusCode } = await app.inject({ url, headers: show(logins[role]) });
        assert.equal(statusCode, 200, role);
      }
      const answer = await app.inject({ url, headers: { ...browser, ...show(logins.user) } });
      assert.equal(answer.statusCode, 403);
      assert.equal(answer.json().code, 'forbidden');
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    });
  }

  test(`${url} sends a browser that is not logged in to the login page and back`, async () => {
    for (const headers of [browser, { ...browser, ...asCookie({ cookie: 'x'.repeat(43) }) }]) {
      const answer = await app.inject({ url, headers });
      assert.equal(answer.statusCode, 303);
      assert.equal(answer.headers.location, `/login?next=${url}`);
      assert.equal(answer.headers['cache-control'], 'no-store');
    }
  });

  test(`${url} tells a program that is not logged in`, async () => {
    for (const headers of [
      {},
      { accept: '*/*' },
      asBearer({ token: 'x'.repeat(43) }),
      asCookie({ cookie: 'short' }),
    ]) {
      const answer = await app.inject({ url, headers });
      assert.equal(answer.statusCode, 401);
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
      const { type, status, code, instance } = answer.json();
      assert.deepEqual([type, status, code], ['about:blank', 401, 'unauthenticated']);
      assert.equal(instance, url);
    }
  });
}

test('what was asked for stays whole in the way back from the login', async () => {
  const url = '/ops/queues/queue/material.extract?status=failed&page=2';
  const { headers } = await app.inject({ url, headers: browser });
  assert.equal(new URL(`http://x${headers.location}`).searchParams.get('next'), url);
});

test('a login that is over opens nothing', async () => {
  const login = await logInAs(store, 'admin');
  await store.postgres.deleteFrom('users').where('id', '=', login.userId).execute();
  const { statusCode } = await app.inject({ url: '/ops', headers: asCookie(login) });
  assert.equal(statusCode, 401);
});

const pause = '/ops/queues/api/queues/material.extract/pause';
const resume = '/ops/queues/api/queues/material.extract/resume';
const isPaused = () => store.queues.get('material.extract').isPaused();

const foreign: Record<string, Record<string, string>> = {
  'has no token': asCookie(logins.admin),
  'has a token that is guessed': { ...asCookie(logins.admin), 'x-xsrf-token': 'x'.repeat(43) },
  'has the token of another login': {
    ...asCookie(logins.admin),
    'x-xsrf-token': csrfTokenOf(logins.operator.cookie),
  },
  'says that it comes from another site': {
    ...asPage(logins.admin),
    'sec-fetch-site': 'cross-site',
  },
  'comes from a sibling site': { ...asPage(logins.admin), 'sec-fetch-site': 'same-site' },
};
for (const [what, headers] of Object.entries(foreign)) {
  test(`a change with the cookie is refused when it ${what}`, async () => {
    const answer = await app.inject({ method: 'PUT', url: pause, headers });
    assert.equal(answer.statusCode, 403);
    assert.equal(answer.json().code, 'csrf_failed');
    assert.equal(await isPaused(), false);
  });
}

const own: Record<string, Record<string, string>> = {
  'from a page of this site': { ...asPage(logins.operator), 'sec-fetch-site': 'same-origin' },
  'from a browser that does not say from where': asPage(logins.operator),
  'with a token': asBearer(logins.operator),
};
for (const [what, headers] of Object.entries(own)) {
  test(`a change ${what} is done, undone and written to the log`, async () => {
    for (const [url, paused] of [[pause, true] as const, [resume, false] as const]) {
      const request = { ...headers, 'x-forwarded-for': '203.0.113.7' };
      const answer = await app.inject({ method: 'PUT', url, headers: request });
      assert.equal(answer.statusCode, 200);
      assert.equal(await isPaused(), paused);
      const [entry] = await listAudit(store.postgres, { limit: 1 });
      assert.equal(entry?.actor_id, logins.operator.userId);
      assert.equal(entry.action, 'operations.change');
      assert.deepEqual(entry.after, { method: 'PUT', path: url });
      assert.equal(entry.address, '203.0.113.7');
    }
  });
}

test('a user who is not an operator changes nothing, wherever the request comes from', async () => {
  const headers = asPage(logins.user);
  const { statusCode } = await app.inject({ method: 'PUT', url: pause, headers });
  assert.equal(statusCode, 403);
  assert.equal(await isPaused(), false);
});

for (const kind of ['postgres', 'redis'] as const) {
  const skip = kind === 'redis' && testRedisUrl === undefined && 'this machine has no redis-server';
  test(`the board on ${kind} lists the queue of every job`, { skip }, async () => {
    const its = kind === 'postgres' ? store : await freshStore({ queue: kind });
    const operator = await logInAs(its, 'operator');
    const board = startApp(its);
    const answer = await board.inject({
      url: '/ops/queues/api/queues',
      headers: asBearer(operator),
    });
    const names = answer.json().queues.map(({ name }: { name: string }) => name);
    assert.deepEqual(names.toSorted(), contracts.map(({ name }) => name).toSorted());
  });
}

test('the first page lists the processes, as text', async () => {
  const presence = await announce(store, { role: 'workers', takes: ['extract', '<b>index</b>'] });
  const { body } = await app.inject({ url: '/ops', headers: asBearer(logins.operator) });
  await presence.close();
  assert.match(body, /<th scope="row">workers<\/th>/);
  assert.match(body, /extract, &lt;b&gt;index&lt;\/b&gt;/);
  assert.match(body, new RegExp(`process ${process.pid}`));
});

test('pages may load from this site alone and nobody may frame them', async () => {
  const { headers } = await app.inject({ url: '/ops/queues', headers: asBearer(logins.operator) });
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
});

test('an address that is not there is a problem document', async () => {
  const answer = await app.inject({ url: '/ops/nothing', headers: asBearer(logins.operator) });
  assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found']);
});
