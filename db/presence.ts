import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from './open.ts';
import { newId } from './postgres/new-id.ts';
import { removeProcess, upsertProcess } from './postgres/processes.ts';

export type Presence = { close(): Promise<void> };

export type PresenceOptions = {
  readonly role: string;
  /** The jobs this process takes; none for one that is not a worker. */
  readonly takes: readonly string[];
  readonly everyMs?: number;
};

/** Neither a start nor a stop waits longer than this for a database that is away. */
const patienceMs = 2_000;

/** Keeps a row in `processes` fresh until closed. A database that is away is told of once and waited for. */
export async function announce(
  { postgres, log }: Pick<Store, 'postgres' | 'log'>,
  { role, takes, everyMs = 5_000 }: PresenceOptions,
): Promise<Presence> {
  const self = { id: newId(), role, takes, host: hostname(), pid: process.pid };
  let isAway = false;
  let turn: Promise<void> | undefined;

  async function sayHere(): Promise<void> {
    try {
      await upsertProcess(postgres, self);
      if (isAway) log.info({ role }, 'the database is back; this process is on its list again');
      isAway = false;
    } catch (error) {
      if (!isAway)
        log.warn({ role, err: error }, 'cannot tell the database that this process runs');
      isAway = true;
    }
  }

  function takeTurn(): Promise<void> {
    turn ??= sayHere().finally(() => (turn = undefined));
    return turn;
  }

  const timer = setInterval(() => void takeTurn(), everyMs).unref();
  await waitAtMost(takeTurn());

  async function leave(): Promise<void> {
    await turn;
    try {
      await removeProcess(postgres, self.id);
    } catch (error) {
      log.debug({ role, err: error }, 'left without saying so; the row goes stale in 15 s');
    }
  }

  return {
    async close() {
      clearInterval(timer);
      await waitAtMost(leave());
    },
  };
}

async function waitAtMost(work: Promise<void>): Promise<void> {
  const limit = new AbortController();
  await Promise.race([work, sleep(patienceMs, undefined, { signal: limit.signal }).catch(ignore)]);
  limit.abort();
}

/** The sleep ends by being aborted, which is no fault. */
function ignore(): void {}
