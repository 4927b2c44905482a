import { setTimeout as sleep } from 'node:timers/promises';
import { answerWithinMs } from './bus.ts';
import {
  backOffMs,
  connectInTime,
  type Line,
  type PublisherLink,
  type Transport,
} from './transport.ts';

type Pending = Line & {
  readonly sent: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
};

const maxLinesPerSend = 256;

/** Sends over one connection: many waiting messages at once, never two sends at the same time. */
export class Publisher {
  readonly #transport: Transport;
  readonly #pending = new Map<string, Pending>();
  readonly #stop = new AbortController();
  #link: PublisherLink | undefined;
  #pumping: Promise<void> | undefined;
  #lastError: unknown;
  #isClosing = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async publish(line: Line): Promise<void> {
    if (this.#isClosing) throw new Error('the bus is closed');
    const key = `${line.channel}\0${line.message}`;
    const pending = this.#pending.get(key) ?? this.#makePending(key, line);
    // Again at the end: whoever reads states from messages must see the newest one last.
    this.#pending.delete(key);
    this.#pending.set(key, pending);
    this.#pumping ??= this.#pump();
    await pending.sent;
  }

  /** Sends what still waits, unless the server is known to be away. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#lastError !== undefined) this.#stop.abort();
    await this.#pumping;
    this.#stop.abort();
    this.#link?.close();
  }

  #makePending(key: string, line: Line): Pending {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#pending.delete(key);
      reject(this.#failure(this.#lastError));
    }, answerWithinMs);
    return {
      ...line,
      sent: promise.finally(() => clearTimeout(timer)),
      resolve,
      reject,
    };
  }

  async #pump(): Promise<void> {
    // One turn later, so that what is published in the same tick travels together.
    await Promise.resolve();
    let failures = 0;
    while (this.#pending.size > 0) {
      try {
        this.#link ??= await this.#connect();
        this.#lastError = undefined;
        failures = 0;
        await this.#sendBatch(this.#link);
      } catch (error) {
        this.#lastError = error;
        if (this.#isClosing) this.#rejectAll(new Error('the bus is closed'));
        const { signal } = this.#stop;
        await sleep(backOffMs(failures++), undefined, { signal }).catch(() => undefined);
      }
    }
    this.#pumping = undefined;
  }

  async #connect(): Promise<PublisherLink> {
    let link: PublisherLink | undefined;
    const onLost = () => {
      if (link !== undefined) this.#drop(link);
    };
    link = await connectInTime(this.#transport, this.#stop.signal, (signal) =>
      this.#transport.connectPublisher(onLost, signal),
    );
    return link;
  }

  async #sendBatch(link: PublisherLink): Promise<void> {
    const batch = this.#takeBatch();
    try {
      await link.send(batch);
      for (const line of batch) line.resolve();
    } catch (error) {
      // Not sent again: the server may have it already, and a message arrives at most once.
      for (const line of batch) line.reject(this.#failure(error));
      this.#drop(link);
    }
  }

  #takeBatch(): Pending[] {
    const batch: Pending[] = [];
    for (const [key, line] of this.#pending) {
      if (batch.length === maxLinesPerSend) break;
      this.#pending.delete(key);
      batch.push(line);
    }
    return batch;
  }

  #rejectAll(error: Error): void {
    for (const line of this.#pending.values()) line.reject(error);
    this.#pending.clear();
  }

  #drop(link: PublisherLink): void {
    link.close();
    if (this.#link === link) this.#link = undefined;
  }

  #failure(cause: unknown): Error {
    return new Error(`cannot publish: ${this.#transport.server} does not answer`, { cause });
  }
}
