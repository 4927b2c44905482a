import { Worker } from 'node:worker_threads';

const beatMs = 1_000;

export type WatchdogOptions = {
  readonly silentMs: number;
  /** For a process that has nothing to put in order when its parent is gone. */
  readonly endsWithParent?: boolean;
};

/**
 * Ends this process when its event loop has stood still for `silentMs`: a handler that computes for
 * ever would hold up all others and hear no signal. The supervisor starts a worker again, and the run
 * that did it gets a process of its own.
 */
export function startWatchdog({ silentMs, endsWithParent = false }: WatchdogOptions): {
  close(): void;
} {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const timer = setInterval(() => Atomics.add(beats, 0, 1), beatMs);
  timer.unref();
  const thread = new Worker(new URL('./watchdog-thread.ts', import.meta.url), {
    workerData: {
      beats,
      beatMs,
      mostMissed: Math.ceil(silentMs / beatMs),
      parent: endsWithParent ? process.ppid : undefined,
    },
    execArgv: [],
  });
  thread.unref();
  return {
    close: () => {
      clearInterval(timer);
      void thread.terminate();
    },
  };
}
