import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Worker processes of a test, each started again when it dies. */
export type Fleet = {
  readonly workers: readonly ChildProcess[];
  /** Ends a random one as a power cut would. */
  killOne(): void;
  close(): Promise<void>;
};

export async function startFleet(env: Record<string, string>, size: number): Promise<Fleet> {
  const workers: ChildProcess[] = [];
  let isClosing = false;

  const start = (place: number) => {
    const child = fork(join(import.meta.dirname, 'fleet-worker.ts'), {
      env: { ...process.env, ...env },
      execArgv: [],
    });
    workers[place] = child;
    child.once('exit', () => {
      if (!isClosing) start(place);
    });
    return child;
  };

  const started = Array.from({ length: size }, (_, place) => once(start(place), 'message'));
  await Promise.all(started);
  return {
    workers,
    killOne: () => workers[Math.floor(Math.random() * size)]?.kill('SIGKILL'),
    close: async () => {
      isClosing = true;
      await Promise.all(
        workers.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.kill('SIGKILL');
          await once(child, 'exit');
        }),
      );
    },
  };
}
