import { Redis } from 'ioredis';
import { answerWithinMs } from './bus.ts';
import type { ListenerLink, OnLost, PublisherLink, Transport } from './transport.ts';

/** Redis publish and subscribe, on one connection each. */
export function connectRedisBus(redisUrl: string): Transport {
  // Channels know no database numbers, so the number has to be part of their names.
  const prefix = `lectern:bus:${readDatabaseNumber(redisUrl)}:`;
  return {
    server: 'Redis (REDIS_URL)',
    channelOf: (topic) => prefix + topic.toWellFormed(),
    async connectListener({ onMessage, onLost }, signal): Promise<ListenerLink> {
      const client = await connectClient(redisUrl, 'lectern-bus-listener', onLost, signal);
      client.on('message', onMessage);
      return {
        async change(listen, unlisten) {
          if (unlisten.length > 0) await client.unsubscribe(...unlisten);
          if (listen.length > 0) await client.subscribe(...listen);
        },
        async ping() {
          await client.ping();
        },
        close: () => endClient(client),
      };
    },
    async connectPublisher(onLost, signal): Promise<PublisherLink> {
      const client = await connectClient(redisUrl, 'lectern-bus-publisher', onLost, signal);
      return {
        async send(lines) {
          const pipeline = client.pipeline();
          for (const { channel, message } of lines) pipeline.publish(channel, message);
          const answers = await pipeline.exec();
          for (const [error] of answers ?? []) if (error !== null) throw error;
        },
        close: () => endClient(client),
      };
    },
  };
}

async function connectClient(
  url: string,
  connectionName: string,
  onLost: OnLost,
  signal: AbortSignal,
): Promise<Redis> {
  const client = new Redis(url, {
    connectionName,
    lazyConnect: true,
    commandTimeout: answerWithinMs,
    // Whoever holds this connection makes the next one.
    retryStrategy: () => null,
    enableOfflineQueue: false,
    disconnectTimeout: 500,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
  });
  let lastError = new Error('the connection to Redis ended');
  client.on('error', (error: Error) => {
    lastError = error;
  });
  client.on('close', () => onLost(lastError));
  const giveUp = () => endClient(client);
  signal.throwIfAborted();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await client.connect();
    return client;
  } catch (error) {
    endClient(client);
    throw new Error(lastError.message, { cause: error });
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

const ended = new WeakSet<Redis>();

/** Only once: a second `disconnect()` starts a timer that keeps the process for two seconds. */
function endClient(client: Redis): void {
  if (ended.has(client)) return;
  ended.add(client);
  client.disconnect();
}

/** As ioredis reads it: the path, or `db` in the query. */
function readDatabaseNumber(redisUrl: string): number {
  const { pathname, searchParams } = new URL(redisUrl);
  return Number(pathname.slice(1) || searchParams.get('db') || 0);
}
