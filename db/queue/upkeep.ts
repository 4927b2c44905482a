import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../open.ts';
import { cleanQueues } from './clean-queues.ts';
import { reconcile } from './reconcile.ts';

/** Beside the relay, so that looking through long queues delays nothing: puts back, and cleans up. */
export function startUpkeep(store: Store, everyMs: number): { close(): Promise<void> } {
  const { log, postgres, queues } = store;
  const stop = new AbortController();

  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        await reconcile(postgres, queues, log, stop.signal);
        await cleanQueues(queues);
      } catch (error) {
        if (!stop.signal.aborted) log.warn({ err: error }, 'could not look after the queues');
      }
      await sleep(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  const running = run();
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}
