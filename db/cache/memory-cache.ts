import { randomUUID } from 'node:crypto';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import type { Log } from '../log.ts';
import { type Cache, checkKey } from './cache.ts';
import { parseJson, writeJson } from './json.ts';
import { Loads } from './loads.ts';
import { type Bounds, RecentEntries } from './recent-entries.ts';

const topic = 'cache.delete';
const defaultBounds: Bounds = { maxEntries: 10_000, maxBytes: 64 * 1024 * 1024 };

export type MemoryCacheOptions = {
  readonly bus: Bus;
  readonly log: Log;
  readonly bounds?: Bounds;
};

/** A cache in this process; deletes travel over the bus to the caches of the others. */
export function openMemoryCache({ bus, log, bounds = defaultBounds }: MemoryCacheOptions): Cache {
  const entries = new RecentEntries(bounds);
  const loads = new Loads();
  const self = randomUUID();
  let unsubscribe: Unsubscribe | undefined;
  let attempt: Promise<void> | undefined;
  let hasFailed = false;

  const forget = (key: string) => {
    entries.delete(key);
    loads.forget(key);
  };
  const endGaps = bus.onGap(() => {
    entries.clear();
    loads.forgetAll();
  });

  /** Whether deletes of other processes arrive here; without them nothing may be kept. */
  const hearsDeletes = async () => {
    if (unsubscribe !== undefined) return true;
    attempt ??= subscribe().finally(() => (attempt = undefined));
    // Only the first attempt is waited for: a bus that is away must not slow every caller.
    if (!hasFailed) await attempt;
    return unsubscribe !== undefined;
  };
  const subscribe = async () => {
    try {
      unsubscribe = await bus.subscribe(topic, (message) => {
        // One's own deletes are done already, and a newer value may be there since.
        if (!message.startsWith(self)) forget(message.slice(self.length));
      });
      if (hasFailed) log.info('the cache is on again');
    } catch (error) {
      if (!hasFailed) log.warn({ err: error }, 'the cache is off: it cannot hear of deletes');
      hasFailed = true;
    }
  };
  const keep = (key: string, json: string, ttlMs: number) => {
    entries.set(key, json, performance.now() + ttlMs);
  };

  return {
    async get(key) {
      checkKey(key);
      if (!(await hearsDeletes())) return undefined;
      return parseJson(entries.get(key, performance.now()));
    },
    async set(key, value, ttlMs) {
      checkKey(key);
      const json = writeJson(value);
      loads.forget(key);
      if (json !== undefined && (await hearsDeletes())) keep(key, json, ttlMs);
    },
    async delete(key) {
      checkKey(key);
      forget(key);
      try {
        await bus.publish(topic, self + key);
      } catch (error) {
        log.warn({ err: error }, 'other processes may not hear of a delete from the cache');
      }
    },
    async remember(key, ttlMs, load) {
      checkKey(key);
      const mayKeep = await hearsDeletes();
      const kept = mayKeep ? entries.get(key, performance.now()) : undefined;
      if (kept !== undefined) return parseJson(kept);
      const loaded = await loads.share(key, async (isCurrent) => {
        const json = writeJson(await load());
        if (json !== undefined && mayKeep && isCurrent()) keep(key, json, ttlMs);
        return json;
      });
      return parseJson(loaded);
    },
    async close() {
      endGaps();
      entries.clear();
      await unsubscribe?.();
    },
  };
}
