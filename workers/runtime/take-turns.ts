/** A place that is kept until it is left. */
export type Turn = {
  /** Whether whoever has it waits for more of them now. */
  hasMore(): boolean;
  /** Once is enough; more does no harm. */
  leave(): void;
};

type Asking = {
  readonly signal: AbortSignal;
  /** Takes seconds: while others wait that do not, one of these has a place and no more. */
  readonly isLong?: boolean;
};

export type Turns = {
  enter(asker: string, asking: Asking): Promise<Turn>;
};

type Waiter = {
  readonly asker: string;
  readonly isLong: boolean;
  readonly go: (turn: Turn) => void;
};

type Places = {
  readonly places: number;
  /** So many more are there for askers who have fewer than that. */
  readonly forNewcomers?: number;
};

/**
 * A number of places for many who wait. Who was served longest ago comes next, so that one who asks
 * for hundreds leaves every other turn to one who asks once.
 */
export function takeTurns({ places, forNewcomers = 0 }: Places): Turns {
  const waiters: Waiter[] = [];
  const servedAt = new Map<string, number>();
  /** How many places each asker has. */
  const held = new Map<string, number>();
  let free = places;
  let longOnes = 0;
  let serving = 0;

  function choose(): Waiter | undefined {
    const someAreShort = waiters.some(({ isLong }) => !isLong);
    const isAdmitted = ({ asker, isLong }: Waiter) =>
      (free > 0 || (free > -forNewcomers && countHeld(asker) < forNewcomers)) &&
      !(isLong && someAreShort && longOnes > 0);
    const last = ({ asker }: Waiter) => servedAt.get(asker) ?? 0;
    // Stable: of those who are equal, who came first.
    return waiters.filter(isAdmitted).toSorted((a, b) => last(a) - last(b))[0];
  }

  function serve(): void {
    const next = choose();
    if (next === undefined) return;
    const { asker, isLong } = next;
    waiters.splice(waiters.indexOf(next), 1);
    if (waiters.length === 0) servedAt.clear();
    servedAt.set(asker, ++serving);
    hold(asker, 1);
    if (isLong) longOnes++;
    let hasLeft = false;
    next.go({
      hasMore: () => waiters.some((other) => other.asker === asker),
      leave: () => {
        if (hasLeft) return;
        hasLeft = true;
        hold(asker, -1);
        if (isLong) longOnes--;
        serve();
      },
    });
    serve();
  }

  function countHeld(asker: string): number {
    return held.get(asker) ?? 0;
  }

  function hold(asker: string, more: 1 | -1): void {
    const count = countHeld(asker) + more;
    if (count === 0) held.delete(asker);
    else held.set(asker, count);
    free -= more;
  }

  return {
    enter: async (asker, { signal, isLong = false }) => {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<Turn>();
      const waiter = { asker, isLong, go: resolve };
      const onAbort = () => {
        const index = waiters.indexOf(waiter);
        if (index >= 0) waiters.splice(index, 1);
        serve();
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiters.push(waiter);
      serve();
      return await promise.finally(() => signal.removeEventListener('abort', onAbort));
    },
  };
}
