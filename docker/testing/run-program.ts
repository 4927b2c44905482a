import { type ChildProcess, spawn } from 'node:child_process';
import { after } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { awaitEnd, type Ending, killGroup } from '../keep-running.ts';

export type Program = {
  readonly child: ChildProcess;
  readonly ending: Promise<Ending>;
  /** All it wrote so far, to standard output and to standard error. */
  readonly output: () => string;
  readonly errors: () => string;
  /** Waits until it wrote something that fits, and gives the match. */
  see(pattern: RegExp): Promise<RegExpExecArray>;
};

/** A Node program as a test's child, in a group of its own, ended with the test file. */
export function runProgram(words: readonly string[], env: NodeJS.ProcessEnv): Program {
  const child = spawn(process.execPath, [...words], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    // The channel ends it also when the test file itself is killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ending = awaitEnd(child);
  after(async () => {
    if (child.pid !== undefined && child.exitCode === null) killGroup(child.pid);
    await ending;
  });
  const see = async (pattern: RegExp) => {
    try {
      return await until(`${pattern}`, async () => pattern.exec(`${output}\n${errors}`));
    } catch (cause) {
      throw new Error(`${words.join(' ')} wrote:\n${output}\n${errors}`, { cause });
    }
  };
  return { child, ending, output: () => output, errors: () => errors, see };
}
