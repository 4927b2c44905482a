type Json = string | undefined;

/** The loads that run in this process: callers who want the same key share one. */
export class Loads {
  readonly #running = new Map<string, Promise<Json>>();

  /** Inside `start`, `isCurrent()` says whether the key was left alone since the load began. */
  share(key: string, start: (isCurrent: () => boolean) => Promise<Json>): Promise<Json> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const isCurrent = () => this.#running.get(key) === load;
    const load = start(isCurrent).finally(() => {
      if (isCurrent()) this.#running.delete(key);
    });
    this.#running.set(key, load);
    return load;
  }

  /** What is loading now may be old: whoever asks from here on gets a load of their own. */
  forget(key: string): void {
    this.#running.delete(key);
  }

  forgetAll(): void {
    this.#running.clear();
  }
}
