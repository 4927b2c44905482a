import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import websocket from '@fastify/websocket';
import type { App } from '../app.ts';
import { Problem } from '../problems/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes WebSockets; an upgrade of any other is refused. */
    takesSockets?: boolean;
  }
}

/** What is larger is not even read; each route takes much less, and says so. */
const maxPayload = 4 * 1024 * 1024;

/**
 * Lets routes take WebSockets. An upgrade is a request like any other until its handler runs: whoever
 * is turned away gets an HTTP answer. Comes before the hooks that want to know which kind it is.
 */
export async function takeWebSockets(app: App): Promise<void> {
  await app.register(websocket, {
    // Compressing costs more than the small messages weigh.
    options: { maxPayload, perMessageDeflate: false },
    preClose: () => closeAll(app),
  });
  letGoOfRefused(app);
}

/** Without this the package would open a socket on any route, only to close it again. */
export function refuseWebSocketsElsewhere(app: App): void {
  app.addHook('onRequest', async ({ ws, routeOptions }) => {
    if (ws && routeOptions.config.takesSockets !== true) throw notASocket();
  });
}

/** How long an upgrade may take until it is a socket. */
const upgradeMs = 15_000;

/** What was answered before there was a request is a connection that no server looks after any more. */
function letGoOfRefused(app: App): void {
  const open = new WeakSet<Duplex>();
  app.websocketServer.on('connection', (_socket, { socket }) => open.add(socket));
  app.server.on('upgrade', (_request, socket) => {
    const timer = setTimeout(() => open.has(socket) || socket.destroy(), upgradeMs).unref();
    socket.once('close', () => clearTimeout(timer));
  });
}

const patienceMs = 1_000;

/** A client that does not answer the close would hold the stop up. */
async function closeAll({ websocketServer }: App): Promise<void> {
  const { clients } = websocketServer;
  for (const client of clients) client.close(1001, 'the server is stopping');
  websocketServer.close();
  const giveUpAt = performance.now() + patienceMs;
  while (clients.size > 0 && performance.now() < giveUpAt) await sleep(20);
  for (const client of clients) client.terminate();
}

function notASocket(): Problem {
  const detail = 'This address takes no WebSocket. News come at /v1/live.';
  return new Problem({ status: 400, code: 'not_a_socket', detail });
}
