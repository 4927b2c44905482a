import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../free-port.ts';
import { readPostmasterPid } from '../postgres-orphan.ts';
import { type Program, runProgram } from './run-program.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export const up = join(import.meta.dirname, '..', 'up.mjs');

/** A copy of Lectern with a folder and a port of its own, to be started as `npm start` does. */
export async function makeCopy() {
  const dataDir = join(await makeTemporaryFolder(), 'data');
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { DATA_DIR: dataDir, PORT: String(port) };
  const start = (...words: string[]) => runProgram([up, '--no-install', ...words], env);
  const listPids = (running: Program): number[] => {
    const { children }: { children: Record<string, { pid: number }> } = JSON.parse(
      readFileSync(join(dataDir, 'lectern.lock'), 'utf8'),
    );
    const own = [running.child.pid, readPostmasterPid(join(dataDir, 'postgres'))];
    return [...Object.values(children).map(({ pid }) => pid), ...own].filter(
      (pid) => pid !== undefined,
    );
  };
  return { dataDir, url, start, listPids };
}

export async function seeReady(running: Program, url: string): Promise<void> {
  await running.see(/Lectern is ready on/);
  assert.equal(running.output(), `Lectern is ready on ${url}\n`);
}

export async function stop(running: Program): Promise<void> {
  running.child.kill('SIGTERM');
  assert.deepEqual(await running.ending, { code: 0, signal: null }, running.errors());
}
