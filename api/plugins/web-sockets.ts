import websocket from '@fastify/websocket';
import type { App } from '../app.ts';

/** Far more than a request for news needs; what documents need they say themselves. */
const maxPayload = 64 * 1024;

/**
 * Lets routes take WebSockets. An upgrade is a request like any other until its handler runs: whoever
 * is turned away gets an HTTP answer. Comes before the hooks that want to know which kind it is.
 */
export async function takeWebSockets(app: App): Promise<void> {
  await app.register(websocket, {
    // Compressing costs more than the small messages weigh.
    options: { maxPayload, perMessageDeflate: false },
  });
}
