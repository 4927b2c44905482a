/** How much of a body becomes one piece, and how long one may take to fill: what a power cut takes back. */
export type PieceLimits = { readonly mostBytes: number; readonly mostMs: number };

const late = Symbol('late');

/** A body that is taken in pieces. Where it breaks off, what arrived before is a piece as well. */
export class BodyPieces {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #limits: PieceLimits;
  #next: Promise<IteratorResult<Buffer>> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;

  constructor(body: AsyncIterable<Buffer>, limits: PieceLimits) {
    this.#chunks = body[Symbol.asyncIterator]();
    this.#limits = limits;
  }

  /** Waits for bytes of another piece. */
  async hasMore(): Promise<boolean> {
    if (this.#isOver) return false;
    await this.#peek().catch(() => undefined);
    return !this.#isOver;
  }

  /** One piece, to be read whole before the next. */
  async *take(): AsyncGenerator<Buffer, void, void> {
    const { promise: patience, resolve } = Promise.withResolvers<typeof late>();
    const timer = setTimeout(() => resolve(late), this.#limits.mostMs);
    try {
      for (let bytes = 0; bytes < this.#limits.mostBytes && !this.#isOver;) {
        const step = await Promise.race([this.#peek(), patience]);
        if (step === late) return;
        this.#next = undefined;
        if (step.done === true) return;
        bytes += step.value.length;
        yield step.value;
      }
    } catch (error) {
      if (this.#failure?.error !== error) throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What broke the body off, once no more comes. */
  throwIfBroken(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #peek(): Promise<IteratorResult<Buffer>> {
    this.#next ??= this.#chunks.next();
    try {
      const step = await this.#next;
      if (step.done === true) this.#isOver = true;
      return step;
    } catch (error) {
      this.#isOver = true;
      this.#failure = { error };
      throw error;
    }
  }
}
