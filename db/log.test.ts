import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';

function run(script: string): ChildProcess {
  const logModule = import.meta.resolve('./log.ts');
  const source = `import { openLog } from ${JSON.stringify(logModule)};
    const log = openLog({ logLevel: 'info' }, 'test');
    ${script}`;
  const args = ['--input-type=module-typescript', '--eval', source];
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function linesOf(script: string): Promise<Record<string, unknown>[]> {
  const child = run(script);
  assert.ok(child.stdout);
  const lines = (await text(child.stdout)).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

test('an error is one line that holds its causes and nothing that hangs on it', async () => {
  const [line] = await linesOf(`
    const error = new Error('outer', { cause: new Error('inner') });
    log.error({ err: Object.assign(error, { code: 'E1', client: { password: 'secret-7' } }) }, 'said');`);
  assert.ok(line);
  assert.doesNotMatch(JSON.stringify(line), /secret-7/);
  const { code, message, cause } = Object(line['err']);
  assert.deepEqual([code, message, cause.message], ['E1', 'outer', 'inner']);
});

test('secrets are censored', async () => {
  const [line] = await linesOf(`log.info({ token: 't-1', user: { password: 'p-1' } }, 'said');`);
  assert.doesNotMatch(JSON.stringify(line), /t-1|p-1/);
});

test('a process whose reader is gone still ends', async () => {
  const child = run(`
    process.stdin.resume();
    process.stdin.once('data', () => {
      log.info('nobody reads this');
      log.fatal('nor this');
      process.exit(7);
    });
    log.info('started');`);
  assert.ok(child.stdout && child.stdin);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child.stdout, 'close');
  child.stdin.write('go');
  assert.deepEqual(await once(child, 'exit'), [7, null]);
});
