import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ObjectTooLarge, type WriteOptions, type Written } from './objects.ts';

/** Passes a stream on, hashing and counting, and breaks it off when it is too long or aborted. */
export class MeasuredStream implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #options: WriteOptions;
  readonly #hash = createHash('sha256');
  #sizeBytes = 0;
  #failure: unknown;

  constructor(source: AsyncIterable<Uint8Array>, options: WriteOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** What broke the stream off, if that was not its reader. */
  get failure(): unknown {
    return this.#failure;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield* this.#measure();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  async *#measure(): AsyncGenerator<Uint8Array, void, void> {
    const { maxBytes = Number.POSITIVE_INFINITY, signal } = this.#options;
    for await (const chunk of untilAborted(this.#source, signal)) {
      this.#sizeBytes += chunk.byteLength;
      if (this.#sizeBytes > maxBytes) {
        throw new ObjectTooLarge(`the stream has more than the ${maxBytes} bytes that are allowed`);
      }
      yield chunk;
      // After handing it on, so that the hash runs while the chunk is being written.
      this.#hash.update(chunk);
    }
  }

  /** To be asked once, after the last chunk. */
  finish(): Written {
    return { sizeBytes: this.#sizeBytes, sha256: this.#hash.digest('hex') };
  }
}

/** A source that waits for a slow sender is left at once when the signal fires. */
async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  if (signal === undefined) {
    yield* source;
    return;
  }
  let waiting: PromiseWithResolvers<IteratorResult<T>> | undefined;
  const onAbort = () => waiting?.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const iterator = source[Symbol.asyncIterator]();
  let isDone = false;
  try {
    while (true) {
      signal.throwIfAborted();
      waiting = Promise.withResolvers<IteratorResult<T>>();
      iterator.next().then(waiting.resolve, waiting.reject);
      const step = await waiting.promise;
      isDone = step.done === true;
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!isDone) leave(source, iterator);
  }
}

/** Not awaited: an iterator that waits for its sender answers only when that one does. */
function leave<T>(source: AsyncIterable<T>, iterator: AsyncIterator<T>): void {
  if (source instanceof Readable) source.destroy();
  iterator.return?.().then(undefined, () => undefined);
}
