import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition, with a limit that only a hang reaches. Gives the first truthy value. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false | null>,
  limitMs = 60_000,
  everyMs = 20,
): Promise<T> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false && seen !== null) return seen;
    if (Date.now() > giveUpAt) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await sleep(everyMs);
  }
}
