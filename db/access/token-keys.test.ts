import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newId } from '../postgres/new-id.ts';
import { signAccessToken, verifyAccessToken } from './access-tokens.ts';
import { isLinkGood, signLink } from './signed-links.ts';
import { openTokenKeys, rotateTokenKeys } from './token-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'lectern-keys-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshFile = () => join(folder, `keys-${files++}`, 'token-keys');
const login = { userId: newId(), sessionId: newId() };

test('a key is made at first use, for its owner alone, and stays', () => {
  const file = freshFile();
  const { id, secret } = openTokenKeys(file).current();
  assert.equal(secret.length, 32);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(openTokenKeys(file).current(), { id, secret });
});

test('of processes that start together all have the same key', async () => {
  const file = freshFile();
  const module = new URL('token-keys.ts', import.meta.url).href;
  const code = `import { openTokenKeys } from ${JSON.stringify(module)}; process.send(openTokenKeys(${JSON.stringify(file)}).current().id);`;
  const script = join(folder, 'start.ts');
  writeFileSync(script, code);
  const ids = await Promise.all(
    Array.from({ length: 4 }, async () => (await once(fork(script), 'message'))[0]),
  );
  assert.deepEqual(ids, Array(4).fill(openTokenKeys(file).current().id));
  assert.deepEqual(readdirSync(join(file, '..')), ['token-keys']);
});

test('a rotation logs nobody out: what an older key signed stays good, in every process', async () => {
  const file = freshFile();
  let nowMs = Date.now();
  const [first, second] = [openTokenKeys(file, () => nowMs), openTokenKeys(file, () => nowMs)];
  const old = await signAccessToken(first, login);
  assert.ok(await verifyAccessToken(second, old));
  const id = rotateTokenKeys(file);
  assert.equal(first.current().id, id);
  const young = await signAccessToken(first, login);
  nowMs += 2_000;
  for (const keys of [first, second]) {
    assert.ok(await verifyAccessToken(keys, old));
    assert.ok(await verifyAccessToken(keys, young));
  }
});

test('a key that was rotated away often enough is gone', async () => {
  const file = freshFile();
  const old = await signAccessToken(openTokenKeys(file), login);
  for (let i = 0; i < 5; i++) rotateTokenKeys(file);
  assert.equal(await verifyAccessToken(openTokenKeys(file), old), undefined);
  assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 5);
});

test('names that nobody knows do not make us read the file each time', () => {
  const file = freshFile();
  let nowMs = Date.now();
  const keys = openTokenKeys(file, () => nowMs);
  keys.current();
  const id = rotateTokenKeys(file);
  assert.equal(keys.find(id), undefined);
  nowMs += 1_001;
  assert.equal(keys.find(id)?.id, id);
});

test('a file that holds no keys is refused with what to do', () => {
  const file = freshFile();
  openTokenKeys(file).current();
  for (const text of ['', 'short c2hvcnQ\n', 'no-secret\n']) {
    writeFileSync(file, text);
    assert.throws(() => openTokenKeys(file).current(), /must hold a line for each key/);
  }
});

test('a link opens its own path until its time, and no other', () => {
  const keys = openTokenKeys(freshFile());
  const now = new Date();
  const link = signLink(keys, '/v1/exports/a/file', new Date(now.getTime() + 60_000));
  const { pathname, searchParams } = new URL(link, 'http://x');
  const query = {
    expires: Number(searchParams.get('expires')),
    key: searchParams.get('key') ?? '',
    signature: searchParams.get('signature') ?? '',
  };
  assert.equal(isLinkGood(keys, pathname, query, now), true);
  assert.equal(isLinkGood(keys, '/v1/exports/b/file', query, now), false);
  const later = { ...query, expires: query.expires + 1 };
  assert.equal(isLinkGood(keys, pathname, later, now), false);
  assert.equal(isLinkGood(keys, pathname, { ...query, key: 'other' }, now), false);
  assert.equal(isLinkGood(keys, pathname, { ...query, signature: '' }, now), false);
  assert.equal(isLinkGood(keys, pathname, query, new Date(now.getTime() + 61_000)), false);
  rotateTokenKeys(join(folder, `keys-${files - 1}`, 'token-keys'));
  assert.equal(isLinkGood(keys, pathname, query, now), true);
});
