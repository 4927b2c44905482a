import type { Rate } from '../settings.ts';

/**
 * Counts by key, so that nobody asks too much of us or guesses passwords without end. Counts may be
 * lost, never invented: when their server is away each process counts for itself.
 */
export type Limits = {
  /** Counts one request against the key's window. One that is refused is not counted. */
  take(key: string, rate: Rate): Promise<Taken>;
  /**
   * Counts an attempt that may fail, such as a login, before it is tried, so that attempts at the same
   * time all count. One that comes too early is refused, is not counted and makes nobody wait longer.
   */
  attempt(key: string, patience: Patience): Promise<Attempted>;
  /** Takes back one allowed attempt that turned out well; the others stay counted. */
  giveBack(key: string): Promise<void>;
  /** After a success the count of attempts begins anew. */
  forgive(key: string): Promise<void>;
  close(): Promise<void>;
};

export type Taken = {
  readonly isAllowed: boolean;
  /** How many a window takes, and how many more it takes now. */
  readonly most: number;
  readonly left: number;
  /** Until the window ends; for a refused request, until the next one is let in. */
  readonly resetMs: number;
};

/** After `free` attempts each is followed by a delay, which doubles each time up to `maxDelayMs`. */
export type Patience = {
  readonly free: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** The count begins anew when no attempt was allowed for so long. */
  readonly forgetMs: number;
};

export type Attempted = {
  readonly isAllowed: boolean;
  /** Until the next attempt is allowed, when this one was not; else 0. */
  readonly waitMs: number;
};
