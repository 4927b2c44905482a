import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Config } from '@lectern/db/config';
import type { Log } from '@lectern/db/log';
import type { Delivery } from '@lectern/db/postgres/runs';
import type { Isolate } from './deliver.ts';

/** What the process of its own is told. */
export type Assignment = {
  readonly config: Config;
  readonly registry: string;
  readonly worker: string;
  readonly delivery: Delivery;
  readonly heartbeatMs: number;
};

export type IsolateOptions = {
  readonly config: Config;
  readonly log: Log;
  /** The module whose `registry` holds the worker. */
  readonly registry: string;
  readonly heartbeatMs: number;
  readonly stopping: AbortSignal;
};

/** For the start of the process and the writing of what became of the run. */
const graceMs = 5_000;

/**
 * Runs a suspect, a run whose last worker vanished, alone in a process of its own: if it brings that
 * process down, nothing else goes with it, and it is clear who did it.
 */
export function makeIsolate(options: IsolateOptions): Isolate {
  const { config, log, registry, heartbeatMs, stopping } = options;
  return async (worker, delivery) => {
    if (stopping.aborted) return { hasDied: false };
    // As JSON the keys in the configuration would come out as plain objects.
    const serialization = 'advanced';
    const child = fork(join(import.meta.dirname, 'alone.ts'), { execArgv: [], serialization });
    // It may report a message that could not be sent after its end, which `exit` has told already.
    child.on('error', (error) => log.debug({ err: error }, 'a process of its own'));
    const stop = () => child.kill('SIGTERM');
    stopping.addEventListener('abort', stop, { once: true });
    // A process that computes for ever heeds no deadline of its own.
    const limit = setTimeout(() => child.kill('SIGKILL'), worker.job.deadlineMs + graceMs);
    try {
      const assignment: Assignment = {
        config,
        registry,
        worker: worker.name,
        delivery,
        heartbeatMs,
      };
      child.send(assignment);
      const [code, signal] = await once(child, 'exit');
      const hasDied = code !== 0;
      if (hasDied) log.warn({ code, signal, ...delivery }, 'a suspect run ended its process');
      return { hasDied };
    } finally {
      clearTimeout(limit);
      stopping.removeEventListener('abort', stop);
    }
  };
}
