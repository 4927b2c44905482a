import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { takeLock } from './installation-lock.ts';
import { markOf } from './process-identity.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const url = 'http://127.0.0.1:3000';

function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
  after(() => child.kill('SIGKILL'));
  assert.ok(child.pid !== undefined);
  return { child, pid: child.pid };
}

test('a folder has one holder, and the second who asks is told who that is', async () => {
  const folder = await makeTemporaryFolder();
  const first = takeLock(folder, url);
  assert.ok(first.taken);
  const holder = { taken: false, pid: process.pid, url };
  assert.deepEqual(takeLock(folder, 'http://127.0.0.1:4000'), { ...holder, stopping: false });
  first.lock.markStopping();
  assert.deepEqual(takeLock(folder, url), { ...holder, stopping: true });
  first.lock.release();
  assert.deepEqual(readdirSync(folder), []);
  assert.ok(takeLock(folder, url).taken);
});

test('a lock whose holder was killed blocks nobody, and names the children that live on', async () => {
  const folder = await makeTemporaryFolder();
  const [holder, child, gone] = [sleeper(), sleeper(), sleeper()];
  const children = { relay: markOf(child.pid), api: markOf(gone.pid) };
  const file = join(folder, 'lectern.lock');
  writeFileSync(file, JSON.stringify({ ...markOf(holder.pid), url, children }));
  assert.equal(takeLock(folder, url).taken, false);
  for (const { child: process } of [holder, gone]) {
    process.kill('SIGKILL');
    await once(process, 'exit');
  }
  const answer = takeLock(folder, url);
  assert.ok(answer.taken);
  assert.deepEqual(answer.lock.leftOver, [markOf(child.pid)]);
});

test('a lock whose number belongs to another process by now blocks nobody', async () => {
  const folder = await makeTemporaryFolder();
  const holder = { pid: sleeper().pid, startedAt: 'long ago', url, children: {} };
  writeFileSync(join(folder, 'lectern.lock'), JSON.stringify(holder));
  const answer = takeLock(folder, url);
  assert.ok(answer.taken);
  assert.deepEqual(answer.lock.leftOver, []);
});

test('a lock that was cut off in the writing blocks nobody', async () => {
  const folder = await makeTemporaryFolder();
  writeFileSync(join(folder, 'lectern.lock'), '{"pid": 1, "st');
  assert.ok(takeLock(folder, url).taken);
});

test('children are remembered as they start', async () => {
  const folder = await makeTemporaryFolder();
  const answer = takeLock(folder, url);
  assert.ok(answer.taken);
  const { pid } = sleeper();
  answer.lock.recordChild('relay', pid);
  const kept: unknown = JSON.parse(readFileSync(join(folder, 'lectern.lock'), 'utf8'));
  assert.deepEqual(kept, {
    ...markOf(process.pid),
    url,
    stopping: false,
    children: { relay: markOf(pid) },
  });
});
