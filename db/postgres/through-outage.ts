import { setTimeout as sleep } from 'node:timers/promises';
import { isOutage } from './is-outage.ts';

/**
 * Tries again while the database is away. Only for writes that a fence or a key makes right twice,
 * because a commit whose answer got lost is made again.
 */
export async function throughOutage<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 2_000)) {
    try {
      return await write();
    } catch (error) {
      if (!isOutage(error) || signal.aborted) throw error;
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
