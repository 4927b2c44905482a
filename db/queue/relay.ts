import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../postgres/connect.ts';
import {
  countWaitingBefore,
  deleteOutboxLines,
  listOutboxLines,
  type OutboxLine,
  releaseRelayLock,
  tryRelayLock,
} from '../postgres/outbox.ts';
import type { Store } from '../open.ts';
import { assignTurns } from './assign-turns.ts';
import { outboxTopic, type Queues } from './open-queues.ts';
import { enqueueDue } from './schedule.ts';
import { startUpkeep } from './upkeep.ts';

export type Relay = { close(): Promise<void> };

const scheduleMs = 1_000;

export type RelayOptions = {
  readonly sweepMs?: number;
  readonly reconcileMs?: number;
  readonly batch?: number;
};

/**
 * Carries outbox lines to the queue. One relay works at a time, the holder of an advisory lock; others
 * stand by. It holds no row lock while it waits for the queue: a crash between adding and deleting
 * adds the same lines again, and the queue knows their ids.
 */
export function startRelay(store: Store, options: RelayOptions = {}): Relay {
  const { sweepMs = 1_000, reconcileMs = 60_000, batch = 500 } = options;
  const { log, postgres, queues } = store;
  const stop = new AbortController();
  const alarm = makeAlarm(stop.signal);

  const work = async (db: Db) => {
    while (!(await tryRelayLock(db))) {
      await sleep(1_000, undefined, { signal: stop.signal });
    }
    try {
      await carry(db);
    } finally {
      // The connection goes back to the pool, and would keep the lock there.
      await releaseRelayLock(db).catch(() => undefined);
    }
  };

  const carry = async (db: Db) => {
    log.info('the relay is at work');
    const upkeep = startUpkeep(store, reconcileMs);
    let scheduleAt = 0;
    try {
      while (!stop.signal.aborted) {
        if (Date.now() >= scheduleAt) {
          scheduleAt = Date.now() + scheduleMs;
          await enqueueDue(db, new Date());
        }
        const moved = await relayLines(db, queues, batch);
        if (moved < batch) await alarm.wait(sweepMs);
      }
    } finally {
      await upkeep.close();
    }
  };

  const run = async () => {
    for (let delayMs = 200; !stop.signal.aborted; delayMs = Math.min(delayMs * 2, 5_000)) {
      const startedAt = Date.now();
      try {
        await queues.backend.check();
        await postgres.connection().execute(work);
      } catch (error) {
        if (stop.signal.aborted) break;
        log.warn({ err: error }, 'the relay was interrupted and tries again');
      }
      if (Date.now() - startedAt > 10_000) delayMs = 200;
      await sleep(delayMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  const listening = listenForWakes(store, stop.signal, alarm.ring);
  const running = run();
  return {
    close: async () => {
      stop.abort();
      await running;
      await (
        await listening
      )?.();
    },
  };
}

async function listenForWakes({ bus, log }: Store, signal: AbortSignal, ring: () => void) {
  while (!signal.aborted) {
    try {
      return await bus.subscribe(outboxTopic, ring);
    } catch (error) {
      log.warn({ err: error }, 'the relay cannot listen and looks each second until it can');
      await sleep(1_000, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

/** Hands over one batch of lines; gives their number. */
export async function relayLines(db: Db, queues: Queues, batch: number): Promise<number> {
  const lines = await listOutboxLines(db, batch);
  if (lines.length === 0) return 0;
  const priorities = assignTurns(lines, await countWaitingBefore(db, firstOfEachOwner(lines)));
  const byJob = Map.groupBy(lines, ({ job }) => job);
  await Promise.all(
    [...byJob].map(([job, jobLines]) =>
      queues.get(job).addBulk(
        jobLines.map((line) => ({
          name: job,
          data: { runId: line.run_id },
          opts: jobOptions(line, priorities.get(line.id)),
        })),
      ),
    ),
  );
  await deleteOutboxLines(
    db,
    lines.map(({ id }) => id),
  );
  return lines.length;
}

function firstOfEachOwner(lines: readonly OutboxLine[]) {
  const turns = new Map<string, { job: string; owner: string; runId: string }>();
  for (const { job, owner, run_id: runId } of lines) {
    if (owner === null) continue;
    const key = `${job} ${owner}`;
    const known = turns.get(key);
    if (known === undefined || runId < known.runId) turns.set(key, { job, owner, runId });
  }
  return [...turns.values()];
}

/** The ledger counts tries and crashes; the queue's own limits are out of the way. */
function jobOptions(line: OutboxLine, priority: number | undefined) {
  const delay = line.run_at.getTime() - Date.now();
  return {
    jobId: line.id,
    attempts: 1_000,
    backoff: { type: 'ledger' },
    ...(priority !== undefined && { priority }),
    ...(delay > 0 && { delay }),
  };
}

/** A wait that ends early when rung, also by a ring just before it. */
function makeAlarm(signal: AbortSignal) {
  let rung = false;
  let wake = () => {};
  const ring = () => {
    rung = true;
    wake();
  };
  signal.addEventListener('abort', ring);
  const wait = async (limitMs: number) => {
    if (!rung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(resolve, limitMs);
      await promise;
      clearTimeout(timer);
    }
    rung = signal.aborted;
  };
  return { ring, wait };
}
