import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { markOf } from './process-identity.ts';
import { runTestFile } from './test-file.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const header = `import { test } from 'node:test'; import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';`;

async function report(
  code: string,
  { limitMs = 60_000, signal = new AbortController().signal } = {},
) {
  const folder = await makeTemporaryFolder();
  const file = join(folder, 'x.test.mjs');
  writeFileSync(file, `${header}\n${code}`);
  const run = { file, env: process.env, journal: join(folder, 'journal'), limitMs, signal };
  return { folder, ...(await runTestFile(run)) };
}

test('tests are counted one by one, a parent that fails for its children is not counted again', async () => {
  const { passed, failures, skipped } = await report(`
    test('good', () => {});
    test('not here', { skip: 'no moon' }, () => {});
    test('parent', async (t) => {
      await t.test('good child', () => {});
      await t.test('bad child', () => { throw new Error('low tide'); });
    });`);
  assert.equal(passed, 2);
  assert.deepEqual(skipped, [{ name: 'not here', words: 'no moon' }]);
  assert.deepEqual(
    failures.map(({ name }) => name),
    ['bad child'],
  );
  assert.match(failures[0]?.words ?? '', /Error: low tide/);
});

test('a test that hangs is a failure with its name, and what it started is ended', async () => {
  const { passed, failures, folder } = await report(
    `
    test('good', () => {});
    test('waits for ever', () => new Promise(() => {
      const child = spawn('sleep', ['600'], { stdio: 'ignore' });
      writeFileSync(new URL('pid', import.meta.url), String(child.pid));
      setInterval(() => {}, 1000);
    }));`,
    { limitMs: 3_000 },
  );
  assert.equal(passed, 1);
  assert.match(failures[0]?.words ?? '', /did not end within 3 s: it hangs in "waits for ever"/);
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  await until('its child is gone', async () => markOf(pid) === undefined);
});

test('a file that does not hold together is a failure: no tests, a fault, an early end', async () => {
  const [empty, broken, early] = [
    await report(''),
    await report(`throw new Error('high tide');`),
    await report(`test('good', () => {}); test('ends', () => process.exit(3));`),
  ];
  assert.match(empty.failures[0]?.words ?? '', /holds no tests/);
  assert.match(broken.failures[0]?.words ?? '', /high tide/);
  assert.match(early.failures[0]?.words ?? '', /ended with exit code 3/);
  for (const { failures } of [empty, broken, early]) assert.equal(failures.length, 1);
});

test('a stop ends the file that runs', async () => {
  const stop = new AbortController();
  const folder = await makeTemporaryFolder();
  const flag = join(folder, 'flag');
  const code = `test('x', () => new Promise(() => { writeFileSync('${flag}', ''); setInterval(() => {}, 1000); }));`;
  const reported = report(code, { signal: stop.signal });
  await until('it runs', async () => existsSync(flag));
  stop.abort();
  const { failures } = await reported;
  assert.match(failures[0]?.words ?? '', /was ended by SIGKILL/);
});
