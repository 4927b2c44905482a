import { connect, type Socket } from 'node:net';

/** A connection on which a test writes bytes that no HTTP client would. */
export function openSocket(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  // The server may cut the connection at any moment; what it said before counts.
  socket.on('error', () => undefined);
  return socket;
}

export type RawAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** All that the server says until it closes the connection, as one answer. */
export async function readAnswer(socket: Socket): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('data', (chunk) => chunks.push(chunk)).on('close', () => resolve());
  await promise;
  const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
  });
  return {
    status: Number(first.split(' ')[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
  };
}

/** Writes bytes at once and reads until the server closes. */
export function exchange(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = openSocket(port);
  socket.write(bytes);
  return readAnswer(socket);
}
