import { type Attempts, countAttempt, noAttempts } from './attempts.ts';
import { Counters } from './counters.ts';
import type { Limits } from './limits.ts';
import { countRequest, openWindow, type Window } from './windows.ts';

export type MemoryLimitsOptions = {
  readonly now?: () => number;
  /** Of requests, and of attempts: a flood of the first does not push out the second. */
  readonly maxKeys?: number;
};

/** Limits that are counted in this process alone. */
export function openMemoryLimits({
  now = () => performance.now(),
  maxKeys = 100_000,
}: MemoryLimitsOptions = {}): Limits {
  const windows = new Counters<Window>({ maxKeys, weigh: ({ count, before }) => count + before });
  const attempts = new Counters<Attempts>({ maxKeys, weigh: ({ count }) => count });

  return {
    async take(key, rate) {
      const nowMs = now();
      const window = windows.get(key, nowMs) ?? windows.add(key, openWindow(rate, nowMs), nowMs);
      const taken = countRequest(window, rate, nowMs);
      windows.settle(key, window, nowMs);
      return taken;
    },
    async attempt(key, patience) {
      const nowMs = now();
      const known = attempts.get(key, nowMs) ?? attempts.add(key, noAttempts(), nowMs);
      const attempted = countAttempt(known, patience, nowMs);
      attempts.settle(key, known, nowMs);
      return attempted;
    },
    async giveBack(key) {
      const known = attempts.get(key, now());
      if (known === undefined) return;
      known.count = Math.max(0, known.count - 1);
      // It was allowed, so whatever delay there was before it is over.
      known.readyAtMs = 0;
    },
    async forgive(key) {
      attempts.delete(key);
    },
    async close() {
      windows.clear();
      attempts.clear();
    },
  };
}
