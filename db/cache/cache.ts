/** Copies of what PostgreSQL knows, for some time. Values are JSON. Losing all of it loses nothing. */
export type Cache = {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlMs: number): Promise<void>;
  /** Removes the key in every process. */
  delete(key: string): Promise<void>;
  /** The cached value, or what `load` gives; a delete during the load keeps the result out. */
  remember<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};
