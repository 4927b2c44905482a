import { type Counter, Ring } from './ring.ts';

export type CountersOptions<T> = {
  readonly maxKeys: number;
  /** How much a counter has counted. */
  readonly weigh: (counter: T) => number;
};

/** What counted so much is kept apart from keys that were perhaps made up. */
const settledWeight = 4;

/**
 * Counters by key, of which there are never more than `maxKeys`. Those whose time is over go first.
 * Keys that are made up to push out a count push out each other: what is settled only has to make room
 * for what counted as much.
 */
export class Counters<T extends Counter> {
  readonly #maxKeys: number;
  readonly #weigh: (counter: T) => number;
  readonly #fresh: Ring<T>;
  readonly #settled: Ring<T>;

  constructor({ maxKeys, weigh }: CountersOptions<T>) {
    this.#maxKeys = maxKeys;
    this.#weigh = weigh;
    this.#fresh = new Ring(weigh);
    this.#settled = new Ring(weigh);
  }

  get size(): number {
    return this.#fresh.size + this.#settled.size;
  }

  get(key: string, nowMs: number): T | undefined {
    const counter = this.#settled.get(key) ?? this.#fresh.get(key);
    if (counter === undefined || counter.expiresAtMs <= nowMs) return undefined;
    return counter;
  }

  add(key: string, counter: T, nowMs: number): T {
    this.delete(key);
    this.#settled.makeRoom(this.#maxKeys, nowMs);
    this.#fresh.makeRoom(this.#maxKeys - this.#settled.size, nowMs);
    this.#fresh.set(key, counter);
    return counter;
  }

  /** After a counter counted: keeps it apart once it counted enough. */
  settle(key: string, counter: T, nowMs: number): void {
    // Weights grow by one, so that this is asked for once.
    if (this.#weigh(counter) !== settledWeight || this.#fresh.get(key) !== counter) return;
    // A quarter is left to new keys, so that these can settle, too.
    this.#settled.makeRoom(Math.floor(this.#maxKeys * 0.75), nowMs);
    this.#fresh.delete(key);
    this.#settled.set(key, counter);
  }

  delete(key: string): void {
    this.#fresh.delete(key);
    this.#settled.delete(key);
  }

  clear(): void {
    this.#fresh.clear();
    this.#settled.clear();
  }
}
