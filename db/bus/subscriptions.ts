import type { Log } from '../log.ts';
import type { OnMessage } from './bus.ts';

/** Who in this process wants which channel. */
export class Subscriptions {
  readonly #log: Log;
  readonly #byChannel = new Map<string, Set<Subscription>>();

  constructor(log: Log) {
    this.#log = log;
  }

  add(channel: string, topic: string, onMessage: OnMessage): Subscription {
    const subscription = { channel, topic, onMessage };
    const others = this.#byChannel.get(channel);
    if (others === undefined) this.#byChannel.set(channel, new Set([subscription]));
    else others.add(subscription);
    return subscription;
  }

  /** Answers whether nobody wants the channel any more. */
  remove(subscription: Subscription): boolean {
    const { channel } = subscription;
    const others = this.#byChannel.get(channel);
    if (others?.delete(subscription) !== true || others.size > 0) return false;
    this.#byChannel.delete(channel);
    return true;
  }

  deliver(channel: string, message: string): void {
    const subscriptions = this.#byChannel.get(channel);
    if (subscriptions === undefined) return;
    // A set leaves out what a handler removes meanwhile.
    for (const subscription of subscriptions) void this.#call(subscription, message);
  }

  async #call({ topic, onMessage }: Subscription, message: string): Promise<void> {
    try {
      await onMessage(message);
    } catch (error) {
      this.#log.error({ err: error, topic }, 'a receiver of bus messages failed');
    }
  }
}

export type Subscription = {
  readonly channel: string;
  readonly topic: string;
  readonly onMessage: OnMessage;
};
