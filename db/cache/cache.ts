/**
 * Copies of what PostgreSQL knows, for some time. Values travel as JSON, so every answer is a copy.
 * Losing all of it loses nothing: a cache whose server is away answers `undefined` and never throws.
 */
export type Cache = {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlMs: number): Promise<void>;
  /** Removes the key in every process. */
  delete(key: string): Promise<void>;
  /**
   * The cached value, or what `load` gives, once for all who ask at the same time in this process.
   * A delete during the load keeps the result out; `undefined` and errors are not kept.
   */
  remember<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** A delete carries the key over the bus, where it has to fit. */
const maxKeyBytes = 1_000;

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) <= maxKeyBytes && !key.includes('\0')) return;
  throw new Error(
    `The cache key ${key.slice(0, 40)}… is too long or holds a NUL: use at most ${maxKeyBytes} bytes of text.`,
  );
}
