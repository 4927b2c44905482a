import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { Wire } from './sockets.ts';

export type StreamedEvent = {
  /** Without one it is a plain message. */
  readonly event?: string;
  readonly id?: string;
  readonly data: object;
};

/** How soon a browser that lost the stream asks for it again. */
const retryMs = 2_000;
/** The longest that the last words wait for a client to take them. */
const farewellMs = 10_000;

/** Server-sent events to one client: the body of an answer that goes on until it is ended. */
export class EventStream implements Wire {
  readonly body = new Readable({ read: () => undefined });
  readonly #emitter = new EventEmitter();
  #isOpen = true;
  #begin = `retry: ${retryMs}\n`;

  constructor() {
    // A client that is gone is no fault.
    this.body.on('error', () => undefined);
    this.body.on('close', () => this.#shut());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the client has taken all that it was sent. */
  get isTaken(): boolean {
    return this.body.readableLength === 0;
  }

  send({ event, id, data }: StreamedEvent): void {
    if (!this.#isOpen) return;
    const name = event === undefined ? '' : `event: ${event}\n`;
    const number = id === undefined ? '' : `id: ${id}\n`;
    this.body.push(`${this.#begin}${name}${number}data: ${JSON.stringify(data)}\n\n`);
    this.#begin = '';
  }

  end(): void {
    if (!this.#isOpen) return;
    this.body.push(null);
    const limit = setTimeout(() => this.body.destroy(), farewellMs).unref();
    this.body.on('close', () => clearTimeout(limit));
    this.#shut();
  }

  /** Says why it ends. */
  close(code: number, reason: string): void {
    this.send({ event: 'gone', data: { code, reason } });
    this.end();
  }

  terminate(): void {
    this.body.destroy();
  }

  /** A comment, which clients skip; proxies see by it that the stream lives. */
  ping(): void {
    if (!this.#isOpen || !this.isTaken) return;
    this.body.push(': still here\n\n');
    this.#emitter.emit('pong');
  }

  on(event: 'pong' | 'close', listener: () => void): void {
    this.#emitter.on(event, listener);
  }

  #shut(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#emitter.emit('close');
  }
}
