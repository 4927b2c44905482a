import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that a test can cut, close and freeze, without touching the server. */
export type ServerProxy = AsyncDisposable & {
  readonly url: string;
  /** Connections that were ever asked for. */
  countConnections(): number;
  /** Refuses connections, and ends those there are. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Takes connections and bytes and answers nothing. */
  freeze(): void;
  thaw(): void;
};

export async function openServerProxy(serverUrl: string): Promise<ServerProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let connections = 0;
  let isFrozen = false;
  let server = createServer();

  const join = (client: Socket) => {
    connections++;
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
    if (isFrozen) hold(client, upstream);
  };
  const listen = async (port: number) => {
    server = createServer(join);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return address.port;
  };
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };

  const port = await listen(0);
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    countConnections: () => connections,
    stop,
    start: async () => {
      await listen(port);
    },
    [Symbol.asyncDispose]: stop,
    freeze: () => {
      isFrozen = true;
      hold(...sockets);
    },
    thaw: () => {
      isFrozen = false;
      for (const socket of sockets) socket.resume();
    },
  };
}

function hold(...sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.pause();
}
