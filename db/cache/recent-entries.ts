type Entry = { readonly json: string; readonly sizeBytes: number; readonly expiresAtMs: number };

export type Bounds = { readonly maxEntries: number; readonly maxBytes: number };

/** What the two strings of an entry do not show: the map's slot and the entry's fields. */
const overheadBytes = 120;

/** JSON by key for some time; what was not used for longest makes room for what is new. */
export class RecentEntries {
  readonly #bounds: Bounds;
  /** A map keeps the order of insertion: the first key is the one unused for longest. */
  readonly #entries = new Map<string, Entry>();
  #sizeBytes = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get(key: string, nowMs: number): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expiresAtMs <= nowMs) {
      this.#sizeBytes -= entry.sizeBytes;
      return undefined;
    }
    this.#entries.set(key, entry);
    return entry.json;
  }

  set(key: string, json: string, expiresAtMs: number): void {
    this.delete(key);
    const sizeBytes = 2 * (key.length + json.length) + overheadBytes;
    // One huge value must not push out everything else.
    if (sizeBytes > this.#bounds.maxBytes) return;
    this.#entries.set(key, { json, sizeBytes, expiresAtMs });
    this.#sizeBytes += sizeBytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#fits()) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#sizeBytes -= entry.sizeBytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#sizeBytes = 0;
  }

  #fits(): boolean {
    const { maxEntries, maxBytes } = this.#bounds;
    return this.#entries.size <= maxEntries && this.#sizeBytes <= maxBytes;
  }
}
