import type { Attempted, Patience } from './limits.ts';

/** The attempts of a key that were allowed, and when the next one is. */
export type Attempts = { count: number; readyAtMs: number; expiresAtMs: number };

export function noAttempts(): Attempts {
  return { count: 0, readyAtMs: 0, expiresAtMs: 0 };
}

/** Counts one attempt unless it comes too early. `attemptScript` does the same in Redis. */
export function countAttempt(attempts: Attempts, patience: Patience, nowMs: number): Attempted {
  const waitMs = Math.ceil(attempts.readyAtMs - nowMs);
  if (waitMs > 0) return { isAllowed: false, waitMs };
  attempts.count++;
  attempts.readyAtMs = nowMs + delayAfter(attempts.count, patience);
  attempts.expiresAtMs = nowMs + patience.forgetMs;
  return { isAllowed: true, waitMs: 0 };
}

function delayAfter(count: number, { free, firstDelayMs, maxDelayMs }: Patience): number {
  return count < free ? 0 : Math.min(maxDelayMs, firstDelayMs * 2 ** (count - free));
}
