import { setTimeout as wait } from 'node:timers/promises';

/** How long a request may go on that another one wants to follow, and then to keep what it has. */
type Patience = { readonly graceMs: number; readonly drainMs: number };

export type Writing = {
  /** Aborted when another request wants to go on with the upload. */
  readonly signal: AbortSignal;
  /** What it wrote counts now; it writes no more. */
  end(): void;
};

type Known = { readonly controller: AbortController; readonly ended: Promise<void> };

/** The requests of this process that write to uploads: the next one waits until what came before it counts. */
export class UploadWriters {
  readonly #known = new Map<string, Known>();
  readonly #patience: Patience;

  constructor(patience: Patience = { graceMs: 2_000, drainMs: 3_000 }) {
    this.#patience = patience;
  }

  begin(id: string): Writing {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const known = { controller: new AbortController(), ended };
    this.#known.set(id, known);
    return {
      signal: known.controller.signal,
      end: () => {
        if (this.#known.get(id) === known) this.#known.delete(id);
        resolve();
      },
    };
  }

  /** Lets whoever writes to the upload end: by itself, or, as of a connection that is lost, cut short. */
  async handOver(id: string): Promise<void> {
    const known = this.#known.get(id);
    if (known === undefined) return;
    await within(known.ended, this.#patience.graceMs);
    known.controller.abort();
    await within(known.ended, this.#patience.drainMs);
  }
}

async function within(ended: Promise<void>, ms: number): Promise<void> {
  const over = new AbortController();
  const late = wait(ms, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
  await Promise.race([ended, late]);
  over.abort();
}
