import type { Log } from '../log.ts';
import { type Bus, checkMessage } from './bus.ts';
import { Listener } from './listener.ts';
import { connectPostgresBus } from './postgres-bus.ts';
import { Publisher } from './publisher.ts';
import { connectRedisBus } from './redis-bus.ts';
import { Subscriptions } from './subscriptions.ts';
import type { Transport } from './transport.ts';

export type BusOptions = {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly log: Log;
};

/** A bus over Redis where there is one, else over the database. Nothing connects before first use. */
export function openBus({ databaseUrl, redisUrl, log }: BusOptions): Bus {
  const transport =
    redisUrl === undefined ? connectPostgresBus(databaseUrl) : connectRedisBus(redisUrl);
  return runBus(transport, log);
}

function runBus(transport: Transport, log: Log): Bus {
  const subscriptions = new Subscriptions(log);
  const gapListeners = new Set<() => void>();
  const publisher = new Publisher(transport);
  const listener = new Listener({
    transport,
    log,
    onMessage: (channel, message) => subscriptions.deliver(channel, message),
    onGap: () => {
      for (const tell of gapListeners) callSafely(tell, log);
    },
  });
  return {
    async publish(topic, message) {
      checkMessage(topic, message);
      await publisher.publish({ channel: transport.channelOf(topic), message });
    },
    async subscribe(topic, onMessage) {
      const subscription = subscriptions.add(transport.channelOf(topic), topic, onMessage);
      const end = () => {
        if (subscriptions.remove(subscription)) listener.unlisten(subscription.channel);
        return Promise.resolve();
      };
      try {
        await listener.listen(subscription.channel);
        return end;
      } catch (error) {
        await end();
        throw error;
      }
    },
    onGap(tell) {
      const own = () => tell();
      gapListeners.add(own);
      return () => gapListeners.delete(own);
    },
    async close() {
      await Promise.all([publisher.close(), listener.close()]);
    },
  };
}

function callSafely(tell: () => void, log: Log): void {
  try {
    tell();
  } catch (error) {
    log.error({ err: error }, 'a listener for gaps of the bus failed');
  }
}
