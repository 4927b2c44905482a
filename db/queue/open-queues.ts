import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '../bus/bus.ts';
import type { Log } from '../log.ts';
import { type Backend, openPostgresBackend, openRedisBackend, type JobQueue } from './backend.ts';

export { migrateQueues } from './backend.ts';

export type Queues = {
  readonly kind: 'postgres' | 'redis';
  readonly backend: Backend;
  /** The queue of a job, made at its first use. */
  get(job: string): JobQueue;
  /** A hint that the outbox has lines: cheap, coalesced, never throws. The relay also looks by itself. */
  wakeRelay(): void;
  close(): Promise<void>;
};

/** The bus topic that wakes the relay. */
export const outboxTopic = 'outbox';

export type QueuesOptions = {
  readonly databaseUrl: string;
  readonly queueUrl: string | undefined;
  readonly bus: Bus;
  readonly log: Log;
};

export function openQueues({ databaseUrl, queueUrl, bus, log }: QueuesOptions): Queues {
  const backend =
    queueUrl === undefined
      ? openPostgresBackend(databaseUrl, log)
      : openRedisBackend(queueUrl, log);
  const queues = new Map<string, JobQueue>();
  const get = (job: string) => {
    const made = queues.get(job) ?? backend.makeQueue(job);
    // BullMQ reports lost connections here too; the backend has logged them.
    if (!queues.has(job)) made.on('error', () => undefined);
    queues.set(job, made);
    return made;
  };
  const close = async () => {
    await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
    await backend.close();
  };
  return {
    kind: queueUrl === undefined ? 'postgres' : 'redis',
    backend,
    get,
    wakeRelay: makeWaker(bus),
    close,
  };
}

/** Under load the relay has enough to do without being woken for each line. */
const pauseMs = 2;

/** Publishes at once, then at most once more for all calls that came meanwhile. */
function makeWaker(bus: Bus): () => void {
  let busy = false;
  let again = false;
  const wake = async () => {
    busy = true;
    do {
      again = false;
      await bus.publish(outboxTopic, '').catch(() => undefined);
      await sleep(pauseMs);
    } while (again);
    busy = false;
  };
  return () => {
    again = true;
    if (!busy) void wake();
  };
}
