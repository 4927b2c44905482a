import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { folderPrefix } from './start-child.ts';

const isLinux = process.platform === 'linux';

test(
  'a reader ends with the process that started it, also in the middle of an endless loop',
  {
    skip: !isLinux,
  },
  async () => {
    const main = join(import.meta.dirname, '../testing/read-for-ever.ts');
    const parent = fork(main, { execArgv: [] });
    await once(parent, 'message');
    const readers = () => listCommands(`${folderPrefix}${parent.pid}-`);
    assert.ok((await readers()).length > 0);
    parent.kill('SIGKILL');
    await until('nothing of it runs any more', async () => (await readers()).length === 0);
  },
);

async function listCommands(part: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
  );
  return commands.filter((command) => command.includes(part));
}
