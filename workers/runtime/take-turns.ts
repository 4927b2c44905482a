type Waiter = { readonly asker: string; readonly go: () => void };

export type Turns = {
  /** Resolves when one of the places is free; the place is kept until `leave`. */
  enter(asker: string, signal: AbortSignal): Promise<void>;
  leave(): void;
};

/**
 * A number of places for many who wait. Who was served longest ago comes next, so that one who asks
 * for hundreds leaves every other turn to one who asks once.
 */
export function takeTurns(places: number): Turns {
  const waiters: Waiter[] = [];
  const servedAt = new Map<string, number>();
  let free = places;
  let serving = 0;

  function serve(): void {
    if (free === 0 || waiters.length === 0) return;
    const last = ({ asker }: Waiter) => servedAt.get(asker) ?? 0;
    const next = waiters.reduce((first, other) => (last(other) < last(first) ? other : first));
    waiters.splice(waiters.indexOf(next), 1);
    if (waiters.length === 0) servedAt.clear();
    servedAt.set(next.asker, ++serving);
    free--;
    next.go();
  }

  return {
    enter: (asker, signal) => {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter = { asker, go: resolve };
      const onAbort = () => {
        const index = waiters.indexOf(waiter);
        if (index >= 0) waiters.splice(index, 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiters.push(waiter);
      serve();
      return promise.finally(() => signal.removeEventListener('abort', onAbort));
    },
    leave: () => {
      free++;
      serve();
    },
  };
}
