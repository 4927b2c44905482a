import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'lectern-keys-'));
after(() => rmSync(folder, { recursive: true }));
const script = join(import.meta.dirname, 'keys-cli.ts');

function run(...words: string[]) {
  const env = { PATH: process.env['PATH'], DATA_DIR: folder };
  return spawnSync(process.execPath, [script, ...words], { env, encoding: 'utf8' });
}

test('a rotation puts a new key before the others and says which', () => {
  for (let keys = 2; keys <= 4; keys++) {
    const { status, stdout } = run('rotate');
    assert.equal(status, 0);
    const lines = readFileSync(join(folder, 'secrets', 'token-keys'), 'utf8')
      .trim()
      .split('\n');
    assert.equal(lines.length, keys);
    assert.ok(stdout.includes(`key ${lines[0]?.split(' ')[0]}.`));
  }
});

test('other words are answered with the right ones', () => {
  for (const words of [[], ['list'], ['rotate', 'now']]) {
    const { status, stderr } = run(...words);
    assert.deepEqual([status, stderr], [2, 'Write: npm run keys -- rotate\n']);
  }
});
