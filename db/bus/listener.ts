import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { answerWithinMs } from './bus.ts';
import { backOffMs, connectInTime, type ListenerLink, type Transport } from './transport.ts';

export type ListenerOptions = {
  readonly transport: Transport;
  readonly log: Log;
  readonly onMessage: (channel: string, message: string) => void;
  readonly onGap: () => void;
};

type Waiter = { readonly channel: string; resolve(): void; reject(error: Error): void };
type Connection = { readonly link: ListenerLink; lost?: Error };

/** A dead connection that nobody closed is noticed after this long. */
const pingEveryMs = 20_000;

/** Keeps one connection that listens to the wanted channels, and makes it again when it is lost. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #wanted = new Set<string>();
  readonly #heard = new Set<string>();
  readonly #waiters = new Set<Waiter>();
  readonly #stop = new AbortController();
  #alarm = new AbortController();
  #running: Promise<void> | undefined;
  #link: ListenerLink | undefined;
  #connectedBefore = false;
  #failures = 0;
  #lastError: unknown;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Resolves when the server has confirmed that it listens to this channel. */
  async listen(channel: string): Promise<void> {
    if (this.#stop.signal.aborted) throw new Error('the bus is closed');
    this.#wanted.add(channel);
    this.#running ??= this.#run();
    if (this.#heard.has(channel)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { channel, resolve, reject };
    const timer = setTimeout(() => {
      const { server } = this.#options.transport;
      const cause = this.#lastError;
      reject(new Error(`cannot subscribe: ${server} does not answer`, { cause }));
    }, answerWithinMs);
    this.#waiters.add(waiter);
    this.#alarm.abort();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  unlisten(channel: string): void {
    this.#wanted.delete(channel);
    this.#alarm.abort();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#link?.close();
    for (const waiter of this.#waiters) waiter.reject(new Error('the bus is closed'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#serveOneConnection();
      } catch (error) {
        if (signal.aborted) return;
        this.#lastError = error;
        const level = this.#failures === 0 ? 'warn' : 'debug';
        log[level]({ err: error }, 'the bus is away; connecting again');
        await sleep(backOffMs(this.#failures++), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #serveOneConnection(): Promise<void> {
    const connection = await this.#connect();
    try {
      await this.#settle(connection);
      this.#reportUp();
      while (!this.#stop.signal.aborted) {
        const called = await this.#waitForAlarm();
        await (called ? this.#settle(connection) : connection.link.ping());
      }
    } finally {
      this.#link = undefined;
      this.#heard.clear();
      connection.link.close();
    }
  }

  async #connect(): Promise<Connection> {
    const { transport, onMessage } = this.#options;
    const state: { lost?: Error } = {};
    const onLost = (error: Error) => {
      state.lost ??= error;
      // The end of an older connection is told late and must not spoil the present one.
      if (this.#link !== undefined && this.#link === link) this.#heard.clear();
      this.#alarm.abort();
    };
    let link: ListenerLink | undefined;
    link = await connectInTime(transport, this.#stop.signal, (signal) =>
      transport.connectListener({ onMessage, onLost }, signal),
    );
    this.#link = link;
    return Object.assign(state, { link });
  }

  /** Brings what the server sends in line with what is wanted. */
  async #settle(connection: Connection): Promise<void> {
    this.#alarm = new AbortController();
    throwIfLost(connection);
    const listen = [...this.#wanted].filter((channel) => !this.#heard.has(channel));
    const unlisten = [...this.#heard].filter((channel) => !this.#wanted.has(channel));
    for (const channel of unlisten) this.#heard.delete(channel);
    if (listen.length + unlisten.length > 0) await connection.link.change(listen, unlisten);
    throwIfLost(connection);
    for (const channel of listen) this.#heard.add(channel);
    for (const waiter of this.#waiters) if (this.#heard.has(waiter.channel)) waiter.resolve();
  }

  #reportUp(): void {
    const { log, onGap } = this.#options;
    if (this.#failures > 0) log.info({ failures: this.#failures }, 'the bus is back');
    this.#failures = 0;
    if (this.#connectedBefore) onGap();
    this.#connectedBefore = true;
  }

  async #waitForAlarm(): Promise<boolean> {
    const signal = AbortSignal.any([this.#alarm.signal, this.#stop.signal]);
    return sleep(pingEveryMs, false, { signal }).catch(() => true);
  }
}

function throwIfLost({ lost }: Connection): void {
  if (lost !== undefined) throw lost;
}
