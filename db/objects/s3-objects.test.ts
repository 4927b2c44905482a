import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openS3Server } from '../testing/s3-server.ts';
import { openServerProxy } from '../testing/server-proxy.ts';
import { testObjectKeys } from './object-keys.suite.ts';
import { cut, readAll, testObjects } from './objects.suite.ts';
import { openObjects } from './open-objects.ts';

const server = await openS3Server();
after(() => server[Symbol.asyncDispose]());

const open = (objectsUrl: string) =>
  openObjects({ objectsUrl, objectsKeys: [], dataDir: '/nowhere' });
const objects = open(server.url);
after(() => objects.close());

testObjects('objects in S3', { objects, listUnfinished: server.listParts });
testObjectKeys('objects in S3', objects);

test('the bucket is made when it is missing', async () => {
  const url = new URL(server.url);
  url.pathname = '/made-on-demand';
  const fresh = open(url.href);
  await fresh.check();
  await fresh.write('a', cut(Buffer.from('x'), 1));
  assert.equal(String(await readAll(fresh, 'a')), 'x');
  assert.equal(await objects.stat('a'), undefined);
  await fresh.close();
});

test('a key that the store does not know is told with what to check', async () => {
  const url = new URL(server.url);
  url.username = 'unknown';
  const refused = open(url.href);
  await assert.rejects(refused.check(), /may not use the bucket lectern-test: check key, secret/);
  await refused.close();
});

test('a store that is away is told at once, and used again when it is back', async () => {
  await using proxy = await openServerProxy(server.url);
  const away = open(proxy.url);
  await proxy.stop();
  await assert.rejects(away.check(), /does not answer: check that it runs and that OBJECTS_URL/);
  await assert.rejects(away.write('b', cut(Buffer.from('x'), 1)), /does not answer/);
  await proxy.start();
  await away.write('b', cut(Buffer.from('x'), 1));
  assert.equal(String(await readAll(objects, 'b')), 'x');
  await away.close();
});

test('a store that falls silent is not waited for without end', async () => {
  await using proxy = await openServerProxy(server.url);
  const silent = open(proxy.url);
  await silent.check();
  proxy.freeze();
  const beganAtMs = performance.now();
  const refused = /did not answer within|does not answer/;
  await Promise.all([
    assert.rejects(silent.check(), refused),
    assert.rejects(silent.stat('a'), refused),
    assert.rejects(silent.read('a'), refused),
  ]);
  assert.ok(performance.now() - beganAtMs < 15_000);
  await silent.close();
});
