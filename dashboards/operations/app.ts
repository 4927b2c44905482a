import type { Store } from '@lectern/db/open';
import Fastify, { type FastifyInstance } from 'fastify';
import { isOutage } from '@lectern/db/postgres/is-outage';
import { admitOperators } from './admit-operators.ts';
import { renderHome } from './home-page.ts';
import { databaseAway, sendProblem } from './problem.ts';
import { queueBoard } from './queue-board.ts';
import { addSecurityHeaders } from './security-headers.ts';

/** The operations pages, as the API passes them on: everything under `/ops`. */
export function buildOperations(store: Store): FastifyInstance {
  const { config, log } = store;
  const app = Fastify({
    bodyLimit: config.maxBodyBytes,
    requestTimeout: config.bodyTimeoutMs,
    requestIdHeader: 'x-request-id',
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
  });
  addSecurityHeaders(app);
  app.addHook('onError', async (request, _reply, error) => {
    log.warn({ requestId: request.id, url: request.url, err: error }, 'an operations page failed');
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, {
      status: 404,
      code: 'not_found',
      title: 'Nothing here',
      detail: 'The operations pages begin at /ops.',
    }),
  );
  app.setErrorHandler((error, request, reply) => {
    if (isOutage(error)) {
      return sendProblem(request, reply.header('retry-after', 5), databaseAway);
    }
    return sendProblem(request, reply, {
      status: 500,
      code: 'internal_error',
      title: 'This page failed',
      detail: 'The log of the operations process says why.',
    });
  });
  app.get('/healthz', async () => ({ ok: true }));
  app.register(async (operators) => {
    operators.addHook('onRequest', admitOperators(store));
    operators.get('/ops', async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(await renderHome(store)),
    );
    operators.register(queueBoard(store, '/ops/queues'), { prefix: '/ops/queues' });
  });
  return app;
}
