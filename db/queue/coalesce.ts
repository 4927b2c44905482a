import { setTimeout as sleep } from 'node:timers/promises';

/** How long a busy caller gathers: larger batches mean fewer commits. Whoever is alone never waits. */
const gatherMs = 3;

/**
 * Turns many calls into few: what arrives while one batch is under way goes together into the next.
 * `run` answers in the order of its items.
 */
export function coalesce<Item, Result>(
  run: (items: Item[]) => Promise<readonly Result[]>,
  most = 500,
): (item: Item) => Promise<Result> {
  type Call = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };
  let waiting: Call[] = [];
  let busy = false;

  const drain = async () => {
    busy = true;
    while (waiting.length > 0) {
      const calls = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await settle(calls);
      if (calls.length > 1) await sleep(gatherMs);
    }
    busy = false;
  };

  const settle = async (calls: readonly Call[]) => {
    try {
      const results = await run(calls.map(({ item }) => item));
      if (results.length !== calls.length) throw new Error('a batch answered too few or too many');
      for (const [i, result] of results.entries()) calls[i]?.resolve(result);
    } catch (error) {
      for (const call of calls) call.reject(error);
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // Calls of the same tick go together even when nothing is under way.
      if (!busy && waiting.length === 1) queueMicrotask(() => void drain());
    });
}
