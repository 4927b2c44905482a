import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findStale } from './packages.mjs';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const packages = {
  '': { name: 'lectern' },
  db: { name: '@lectern/db' },
  'node_modules/fastify': { version: '5.0.0', integrity: 'sha512-a' },
  'node_modules/turbo': { version: '2.0.0', integrity: 'sha512-b', dev: true },
  'node_modules/only-on-windows': { version: '1.0.0', integrity: 'sha512-c', optional: true },
};

async function install(installed: Record<string, object> | undefined): Promise<string> {
  const folder = await makeTemporaryFolder();
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
  for (const path of Object.keys(installed ?? {})) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'package.json'), '{}');
  }
  if (installed === undefined) return folder;
  const lock = join(folder, 'node_modules', '.package-lock.json');
  writeFileSync(lock, JSON.stringify({ packages: installed }));
  return folder;
}

const { 'node_modules/fastify': fastify, 'node_modules/turbo': turbo } = packages;

test('an install that is whole is left alone, whatever this platform does not need', async () => {
  const whole = await install({ 'node_modules/fastify': fastify, 'node_modules/turbo': turbo });
  assert.equal(findStale(true, whole), undefined);
});

test('a start does without the tools, a test run does not', async () => {
  const lean = await install({ 'node_modules/fastify': fastify });
  assert.equal(findStale(false, lean), undefined);
  assert.equal(findStale(true, lean), 'node_modules/turbo');
});

test('no install, one that was cut off, and one of other versions are noticed', async () => {
  assert.equal(findStale(false, await install(undefined)), 'node_modules');
  const older = { version: '4.0.0', integrity: 'sha512-z' };
  const stale = await install({ 'node_modules/fastify': older });
  assert.equal(findStale(false, stale), 'node_modules/fastify');
  const cut = await install({ 'node_modules/fastify': fastify });
  rmSync(join(cut, 'node_modules', 'fastify'), { recursive: true });
  assert.equal(findStale(false, cut), 'node_modules/fastify');
});
