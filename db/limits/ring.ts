export type Counter = { expiresAtMs: number };

/** So many are looked at each time: where one is added, more that are over are found than added. */
const looks = 8;

/** Counters by key, and a hand that goes round them to find those that can go. */
export class Ring<T extends Counter> {
  readonly #weigh: (counter: T) => number;
  readonly #counters = new Map<string, T>();
  /** Beginning at the front each time would walk over all that was deleted there. */
  #hand = this.#counters.entries();

  constructor(weigh: (counter: T) => number) {
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#counters.size;
  }

  get(key: string): T | undefined {
    return this.#counters.get(key);
  }

  set(key: string, counter: T): void {
    this.#counters.set(key, counter);
  }

  delete(key: string): void {
    this.#counters.delete(key);
  }

  clear(): void {
    this.#counters.clear();
  }

  /** Looks at the next few, and leaves fewer than `most`: those that are over go, or else the lightest. */
  makeRoom(most: number, nowMs: number): void {
    let lightest: string | undefined;
    let least = Infinity;
    for (let look = 0; look < looks; look++) {
      const [key, counter] = this.#moveHand() ?? [];
      if (key === undefined || counter === undefined) break;
      if (counter.expiresAtMs <= nowMs) {
        this.#counters.delete(key);
        continue;
      }
      const weight = this.#weigh(counter);
      if (weight >= least) continue;
      lightest = key;
      least = weight;
    }
    if (this.#counters.size >= most && lightest !== undefined) this.#counters.delete(lightest);
  }

  #moveHand(): readonly [string, T] | undefined {
    const next = this.#hand.next();
    if (next.done !== true) return next.value;
    this.#hand = this.#counters.entries();
    return this.#hand.next().value;
  }
}
