import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { openMemoryLimits } from '@lectern/db/limits/memory-limits';
import type { Rate } from '@lectern/db/settings';
import Fastify, { type FastifyServerOptions } from 'fastify';
import type { App } from '../app.ts';
import { Problem } from '../problems/problem.ts';
import { addressKey, limitRequests } from './rate-limits.ts';

type Setup = {
  readonly rateLimit?: Rate;
  readonly uploadRateLimit?: Rate;
  readonly trustProxy?: NonNullable<FastifyServerOptions['trustProxy']>;
};

const three = { most: 3, windowMs: 60_000 };

/** An app whose callers say in a header who they are. What a hook threw is kept. */
function openApp({ rateLimit, uploadRateLimit, trustProxy = false }: Setup) {
  const thrown: unknown[] = [];
  const app: App = Fastify({ trustProxy }).withTypeProvider<TypeBoxTypeProvider>();
  app.setErrorHandler((error, _request, reply) => {
    thrown.push(error);
    const status = error instanceof Problem ? error.status : 500;
    reply.code(status).send();
  });
  app.decorateRequest('viewer', undefined);
  app.addHook('onRequest', async (request) => {
    const id = request.headers['x-test-user'];
    if (typeof id === 'string') {
      request.viewer = { id, role: 'user', email: `${id}@example.org`, name: id };
    }
  });
  let nowMs = 0;
  const limits = openMemoryLimits({ now: () => nowMs });
  limitRequests(app, { limits, config: { rateLimit, uploadRateLimit } });
  app.get('/open', async () => 'open');
  app.get('/upload', { config: { limit: 'upload' } }, async () => 'stored');
  app.get('/healthz', { config: { limit: 'none' } }, async () => 'well');
  const ask = (url: string, options: Asked = {}) => {
    const { user, ip = '192.0.2.1', forwarded } = options;
    const headers = {
      ...(user !== undefined && { 'x-test-user': user }),
      ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
    };
    return app.inject({ method: 'GET', url, remoteAddress: ip, headers });
  };
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { ask, wait, thrown };
}

type Asked = { readonly user?: string; readonly ip?: string; readonly forwarded?: string };

/** The statuses of so many requests, one after the other. */
async function askOften(
  { ask }: ReturnType<typeof openApp>,
  options: readonly Asked[],
  url = '/open',
): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (const option of options) statuses.push((await ask(url, option)).statusCode);
  return statuses;
}

test('every answer says how much is left, and a refusal when to go on', async () => {
  const { ask, wait, thrown } = openApp({ rateLimit: three });
  for (const left of ['2', '1', '0']) {
    const { statusCode, headers } = await ask('/open');
    assert.equal(statusCode, 200);
    assert.equal(headers['ratelimit-limit'], '3');
    assert.equal(headers['ratelimit-remaining'], left);
    assert.equal(headers['ratelimit-reset'], '60');
    wait(100);
  }
  wait(29_700);
  const { statusCode, headers } = await ask('/open');
  assert.equal(statusCode, 429);
  assert.equal(headers['ratelimit-remaining'], '0');
  const [problem] = thrown;
  assert.ok(problem instanceof Problem);
  assert.equal(problem.status, 429);
  assert.equal(problem.code, 'rate_limited');
  assert.equal(problem.headers['retry-after'], headers['ratelimit-reset']);
  assert.match(problem.message, /in 31 s/);
  wait(31_000);
  assert.equal((await ask('/open')).statusCode, 200);
});

test('a person has a limit of their own wherever they are, strangers share that of an address', async () => {
  const app = openApp({ rateLimit: three });
  const places = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
  const ana = places.map((ip) => ({ user: 'ana', ip }));
  assert.deepEqual(await askOften(app, ana), [200, 200, 200, 429]);
  assert.deepEqual(
    await askOften(app, [{ user: 'ben' }, {}, {}, {}, {}]),
    [200, 200, 200, 200, 429],
  );
  assert.deepEqual(await askOften(app, [{ ip: '192.0.2.9' }]), [200]);
});

test('addresses of one IPv6 network are one caller', async () => {
  const app = openApp({ rateLimit: three });
  const network = ['::1', '::2', ':a:b:c:d', '::3'].map((end) => ({ ip: `2001:db8:1:2${end}` }));
  assert.deepEqual(await askOften(app, network), [200, 200, 200, 429]);
  assert.deepEqual(await askOften(app, [{ ip: '2001:db8:1:3::1' }]), [200]);
});

test('an address that the caller made up does not move the limit', async () => {
  const app = openApp({ rateLimit: three });
  const spoofed = [1, 2, 3, 4].map((i) => ({ forwarded: `198.51.100.${i}` }));
  assert.deepEqual(await askOften(app, spoofed), [200, 200, 200, 429]);
});

test('behind one proxy only what that proxy saw counts', async () => {
  const app = openApp({ rateLimit: three, trustProxy: (_, hop) => hop < 1 });
  const spoofed = [1, 2, 3, 4].map((i) => ({ forwarded: `198.51.100.${i}, 203.0.113.1` }));
  assert.deepEqual(await askOften(app, spoofed), [200, 200, 200, 429]);
  assert.deepEqual(await askOften(app, [{ forwarded: '203.0.113.1, 203.0.113.2' }]), [200]);
});

test('uploads have a limit of their own, and the headers tell which one is nearer', async () => {
  const app = openApp({ rateLimit: { ...three, most: 10 }, uploadRateLimit: three });
  const ana = { user: 'ana' };
  const { headers } = await app.ask('/upload', ana);
  assert.equal(headers['ratelimit-limit'], '3');
  assert.equal(headers['ratelimit-remaining'], '2');
  assert.deepEqual(await askOften(app, [ana, ana, ana], '/upload'), [200, 200, 429]);
  assert.deepEqual(await askOften(app, [{ user: 'ben' }], '/upload'), [200]);
  const open = await app.ask('/open', ana);
  assert.equal(open.statusCode, 200);
  assert.equal(open.headers['ratelimit-remaining'], '5', 'uploads are requests, too');
  assert.deepEqual(await askOften(app, [ana, ana, ana, ana]), [200, 200, 200, 200]);
  await askOften(app, [ana]);
  const last = await app.ask('/upload', ana);
  assert.equal(last.statusCode, 429);
  assert.equal(last.headers['ratelimit-limit'], '10');
});

test('probes are never limited, addresses that do not exist are', async () => {
  const app = openApp({ rateLimit: three });
  const five = Array.from({ length: 5 }, () => ({}));
  assert.deepEqual(await askOften(app, five, '/healthz'), [200, 200, 200, 200, 200]);
  assert.deepEqual(await askOften(app, five, '/nowhere'), [404, 404, 404, 429, 429]);
  assert.deepEqual(await askOften(app, five, '/healthz'), [200, 200, 200, 200, 200]);
});

test('where no limit is set, none is told', async () => {
  const app = openApp({});
  const { statusCode, headers } = await app.ask('/open');
  assert.equal(statusCode, 200);
  assert.equal(headers['ratelimit-limit'], undefined);
  const often = Array.from({ length: 50 }, () => ({ user: 'ana' }));
  assert.deepEqual(new Set(await askOften(app, often, '/upload')), new Set([200]));
});

test('a caller has one name, however the address is written', () => {
  for (const [ip, key] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:c000:0201', '192.0.2.1'],
    ['2001:db8:0:1::', '2001:db8:0:1::/64'],
    ['2001:0DB8:0000:0001:1:2:3:4', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['2001:db8::192.0.2.1', '2001:db8::/64'],
    ['2001:db8:10:0:1::', '2001:db8:10::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
    ['::', '::/64'],
    ['0:0:0:1::', '0:0:0:1::/64'],
    [undefined, 'unknown'],
    ['x'.repeat(5_000), 'x'.repeat(64)],
  ] as const) {
    assert.equal(addressKey(ip), key, ip);
  }
});
