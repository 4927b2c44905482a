import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';

const module = JSON.stringify(import.meta.resolve('./watchdog.ts'));

function run(script: string) {
  const source = `import { startWatchdog } from ${module};
    startWatchdog({ silentMs: 2_000 });
    setInterval(() => {}, 1_000);
    ${script}`;
  const args = ['--input-type=module-typescript', '--eval', source];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('a process that computes for ever is ended', async () => {
  const child = run('setTimeout(() => { for (;;) Math.random(); }, 500);');
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
});

test('a process that works in small steps lives on, and ends by itself', async () => {
  const child = run('setTimeout(() => process.exit(3), 6_000);');
  assert.deepEqual(await once(child, 'exit'), [3, null]);
});

test('a process that computes for ever does not outlive its parent', async () => {
  const child = JSON.stringify(`import { startWatchdog } from ${module};
    startWatchdog({ silentMs: 3_600_000, endsWithParent: true });
    setTimeout(() => { for (;;) Math.random(); }, 500);`);
  const parent = run(`const { spawn } = await import('node:child_process');
    const args = ['--input-type=module-typescript', '--eval', ${child}];
    process.stdout.write(String(spawn(process.execPath, args, { stdio: 'ignore' }).pid));
`);
  const [pid] = await once(parent.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  parent.kill('SIGKILL');
  await until('the child is gone', async () => !isAlive(Number(pid)));
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
