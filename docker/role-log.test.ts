import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRoleLog, readWarning } from './role-log.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const line = (level: number, msg: string, more: object = {}) =>
  Buffer.from(`${JSON.stringify({ level, msg, ...more })}\n`);

test('all is kept in the file, and only warnings are shown, each once', async () => {
  const folder = await makeTemporaryFolder();
  const shown: string[] = [];
  const log = openRoleLog({ folder, role: 'api', show: (text) => shown.push(text) });
  const chunks = [
    line(30, 'listens'),
    line(40, 'is slow'),
    line(40, 'is slow'),
    line(50, 'cannot read', { err: { message: 'no such row\nat …' } }),
    Buffer.from('plain words\n'),
  ];
  chunks.forEach(log.write);
  log.close();
  assert.deepEqual(shown, ['api: is slow', 'api: cannot read: no such row']);
  assert.equal(readFileSync(join(folder, 'api.log'), 'utf8'), Buffer.concat(chunks).toString());
});

test('a line that arrives in pieces, cut inside a letter, is one line', async () => {
  const folder = await makeTemporaryFolder();
  const shown: string[] = [];
  const log = openRoleLog({ folder, role: 'api', show: (text) => shown.push(text) });
  for (const byte of line(40, 'прилив')) log.write(Buffer.of(byte));
  log.close();
  assert.deepEqual(shown, ['api: прилив']);
});

test('two files of a bounded size are kept', async () => {
  const folder = await makeTemporaryFolder();
  const log = openRoleLog({ folder, role: 'api', show: () => undefined, maxBytes: 100 });
  for (let i = 10; i < 30; i++) log.write(Buffer.from(`${i} ${'x'.repeat(26)}\n`));
  log.close();
  const [before, now] = ['api.log.1', 'api.log'].map((name) =>
    readFileSync(join(folder, name), 'utf8').trim().split('\n'),
  );
  const numbers = [...(before ?? []), ...(now ?? [])].map((text) => Number(text.slice(0, 2)));
  assert.deepEqual(numbers, [25, 26, 27, 28, 29].slice(-numbers.length));
  assert.ok(numbers.length >= 4 && (before?.length ?? 0) <= 3 && (now?.length ?? 0) <= 3);
});

test('the line that names an error is told once', async () => {
  const folder = await makeTemporaryFolder();
  const log = openRoleLog({ folder, role: 'api', show: () => undefined });
  log.write(Buffer.from('    throw x\nTypeError: x is not a function\n    at y\n'));
  assert.equal(log.lastError(), 'TypeError: x is not a function');
  assert.equal(log.lastError(), undefined);
  log.write(Buffer.from('2026-01-01 10:00:00 UTC [7] FATAL:  lock file "x" is there\n'));
  assert.match(log.lastError() ?? '', /lock file/);
  log.close();
});

test('what is not a line of the log is no warning', () => {
  for (const text of ['', 'Error: x', '{', '[]', 'null', '{"level":"40"}', '{"level":30}']) {
    assert.equal(readWarning(text), undefined);
  }
});
