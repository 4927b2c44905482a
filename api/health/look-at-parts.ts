import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@lectern/db/open';
import { pingDatabase } from '@lectern/db/postgres/ping';
import { listProcesses, type SeenProcess } from '@lectern/db/postgres/processes';
import { measureQueues, type QueueGauge } from '@lectern/db/postgres/queue-gauges';
import { hasUsers } from '@lectern/db/postgres/users';
import { checkBus, checkCache } from './check-parts.ts';

/** What could be found out within the limit; undefined where nothing answered. */
export type Sight = {
  readonly database: boolean;
  readonly objects: boolean;
  readonly bus: boolean;
  readonly cache: boolean;
  readonly queueServer: boolean;
  readonly queues: readonly QueueGauge[] | undefined;
  readonly processes: readonly SeenProcess[] | undefined;
  readonly hasUsers: boolean | undefined;
  readonly at: Date;
};

const limitMs = 700;
/** However many people look, the parts are asked at most this often. */
const freshMs = 1_000;

/** A look at everything that answers within the limit, whatever is away. It sends no work through. */
export function makeLookout(store: Store): () => Promise<Sight> {
  const { postgres } = store;
  const lookAtDatabase = makeCheck(() => pingDatabase(postgres));
  const lookAtObjects = makeCheck(() => store.objects.check());
  const lookAtBus = makeCheck(() => checkBus(store, AbortSignal.timeout(limitMs)));
  const lookAtCache = makeCheck(() => checkCache(store));
  const lookAtQueueServer = makeCheck(() => store.queues.backend.check());
  const lookAtQueues = makeProbe(() => measureQueues(postgres));
  const lookAtProcesses = makeProbe(() => listProcesses(postgres));
  const lookForUsers = makeProbe(() => hasUsers(postgres));

  async function look(): Promise<Sight> {
    const [database, objects, bus, cache, queueServer, queues, processes, users] =
      await Promise.all([
        lookAtDatabase(),
        lookAtObjects(),
        lookAtBus(),
        lookAtCache(),
        lookAtQueueServer(),
        lookAtQueues(),
        lookAtProcesses(),
        lookForUsers(),
      ]);
    const at = new Date();
    return { database, objects, bus, cache, queueServer, queues, processes, hasUsers: users, at };
  }

  let last: { readonly startedMs: number; readonly sight: Promise<Sight> } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.startedMs > freshMs) {
      last = { startedMs: performance.now(), sight: look() };
    }
    return last.sight;
  };
}

/** Gives undefined when there is no answer in time. One that is still awaited is not asked again. */
function makeProbe<Answer>(ask: () => Promise<Answer>): () => Promise<Answer | undefined> {
  let pending: Promise<Answer | undefined> | undefined;
  return async () => {
    pending ??= ask()
      .catch(() => undefined)
      .finally(() => (pending = undefined));
    const ended = new AbortController();
    const limit = sleep(limitMs, undefined, { signal: ended.signal }).catch(() => undefined);
    try {
      return await Promise.race([pending, limit]);
    } finally {
      ended.abort();
    }
  };
}

function makeCheck(check: () => Promise<void>): () => Promise<boolean> {
  const probe = makeProbe(async () => {
    await check();
    return true;
  });
  return async () => (await probe()) ?? false;
}
