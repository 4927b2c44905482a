import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export type BenchServer = {
  readonly child: ChildProcess;
  /** What the child said first. */
  readonly said: unknown;
  [Symbol.asyncDispose](): Promise<void>;
};

export type ServerOptions = {
  /** Of Node itself. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts a server in a process of its own; it sends one message when it listens. */
export async function forkServer(
  file: string,
  { flags = [], env = {} }: ServerOptions,
): Promise<BenchServer> {
  const child = fork(file, {
    execArgv: [...flags],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  try {
    const [said]: unknown[] = await once(child, 'message', { signal: AbortSignal.timeout(30_000) });
    return { child, said, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw new Error(`${file} did not say that it listens`, { cause: error });
  }
}

export function readAddress(said: unknown): string {
  if (typeof said === 'object' && said !== null && 'address' in said) return String(said.address);
  throw new Error('the bench server did not say where it listens');
}
