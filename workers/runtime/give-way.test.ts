import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { giveWay } from './give-way.ts';

test('a process of its own session gives way among all sessions, and this one does not with it', (t) => {
  const child = spawn('sleep', ['30'], { detached: true, stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  const before = getPriority(pid);
  giveWay(pid);
  assert.equal(getPriority(pid), Math.min(19, before + 10));
  if (!existsSync('/proc/self/autogroup')) return;
  assert.match(
    readFileSync(`/proc/${pid}/autogroup`, 'latin1'),
    new RegExp(` nice ${before + 10}\n`),
  );
  assert.match(readFileSync('/proc/self/autogroup', 'latin1'), / nice 0\n/);
});

test('one that has ended is no error', () => {
  giveWay(2 ** 22 - 1);
});
