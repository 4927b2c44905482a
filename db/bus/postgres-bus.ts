import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { answerWithinMs } from './bus.ts';
import type { ListenerLink, OnLost, PublisherLink, Transport } from './transport.ts';

/** LISTEN and NOTIFY, on one connection each. */
export function connectPostgresBus(databaseUrl: string): Transport {
  return {
    server: 'PostgreSQL (DATABASE_URL)',
    // A channel's name has at most 63 bytes, a topic any number.
    channelOf: (topic) =>
      `lectern_${createHash('sha256').update(topic).digest('hex').slice(0, 40)}`,
    async connectListener({ onMessage, onLost }, signal): Promise<ListenerLink> {
      const settings = { application_name: 'lectern bus listener' };
      const client = await connectClient(databaseUrl, settings, onLost, signal);
      client.on('notification', ({ channel, payload }) => onMessage(channel, payload ?? ''));
      return {
        async change(listen, unlisten) {
          const statements = [
            ...unlisten.map((channel) => `unlisten ${channel}`),
            ...listen.map((channel) => `listen ${channel}`),
          ];
          await client.query(statements.join(';'));
        },
        async ping() {
          await client.query('select 1');
        },
        close: () => endClient(client),
      };
    },
    async connectPublisher(onLost, signal): Promise<PublisherLink> {
      const settings = {
        application_name: 'lectern bus publisher',
        // A message is lost with the server anyway: it need not wait for the disk.
        options: '-c synchronous_commit=off',
      };
      const client = await connectClient(databaseUrl, settings, onLost, signal);
      return {
        async send(lines) {
          await client.query(
            'select pg_notify(channel, message) from unnest($1::text[], $2::text[]) as line (channel, message)',
            [lines.map(({ channel }) => channel), lines.map(({ message }) => message)],
          );
        },
        close: () => endClient(client),
      };
    },
  };
}

async function connectClient(
  url: string,
  settings: ClientConfig,
  onLost: OnLost,
  signal: AbortSignal,
): Promise<Client> {
  const socket = new Socket();
  const client = new Client({
    ...settings,
    connectionString: url,
    keepAlive: true,
    query_timeout: answerWithinMs,
    stream: () => socket,
  });
  client.on('error', onLost);
  client.on('end', () => onLost(new Error('the connection to PostgreSQL ended')));
  const giveUp = () => socket.destroy(new Error('PostgreSQL did not answer in time'));
  signal.throwIfAborted();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await client.connect();
    return client;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function endClient(client: Client): void {
  client.end().catch(() => undefined);
}
