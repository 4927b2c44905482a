import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'lectern-objects-'));
after(() => rmSync(folder, { recursive: true }));
const script = join(import.meta.dirname, 'objects-cli.ts');

function run(words: readonly string[], settings: Record<string, string> = {}) {
  const env = { PATH: process.env['PATH'], DATA_DIR: folder, DATABASE_URL: '', ...settings };
  return spawnSync(process.execPath, [script, ...words], { env, encoding: 'utf8' });
}

test('files are sealed while nothing runs, the database of `npm start` neither', () => {
  const file = join(folder, 'objects', 'materials', 'c', 'm', 'original.txt');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, 'words');
  const OBJECTS_KEY = randomBytes(32).toString('base64');
  const { status, stdout, stderr } = run(['seal'], { OBJECTS_KEY });
  assert.deepEqual([status, stdout, stderr], [0, '1 files are sealed with the first key.\n', '']);
  assert.deepEqual([existsSync(file), existsSync(`${file}.sealed`)], [false, true]);
  assert.equal(run(['seal']).status, 2);
});

test('other words are answered with the right ones', () => {
  for (const words of [[], ['list'], ['check', 'now'], ['seal', '--deep']]) {
    const { status, stderr } = run(words);
    assert.equal(status, 2);
    assert.match(stderr, /check \[--deep\][^]*seal/);
  }
});
