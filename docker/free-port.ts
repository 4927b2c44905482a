import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('cannot find a free port');
  return address.port;
}

/** Undefined when `host:port` can be listened on, else a sentence that says what to do. */
export async function explainBusyPort(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return explain(error instanceof Error && 'code' in error ? error.code : error, host, port);
  } finally {
    server.close();
  }
}

function explain(code: unknown, host: string, port: number): string {
  const other = port === 65_535 ? 3001 : port + 1;
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken by another program. Choose another one: PORT=${other} npm start`;
  }
  if (code === 'EACCES') {
    return `Port ${port} needs root. Choose one above 1023: PORT=3000 npm start`;
  }
  return `Cannot listen on HOST=${host} (${String(code)}). Write an address of this machine, such as 127.0.0.1 or 0.0.0.0.`;
}
