import type { IncomingMessage } from 'node:http';
import { newId } from '@lectern/db/postgres/new-id';
import { LogController } from 'fastify';
import type { App } from '../app.ts';

const sanePattern = /^[\w.:-]{1,128}$/;

/** The caller's id when it is one that can stand in a log line and a row; else one of our own. */
export function chooseRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && sanePattern.test(given) ? given : newId();
}

/** Fastify's own lines say in two what we say in one, and call a client that hangs up an error. */
export const quiet = new LogController({
  disableRequestLogging: true,
  requestIdLogLabel: 'requestId',
});

const probes = new Set(['/healthz', '/readyz', '/metrics']);

/** Echoes the request's id and writes one line per answer, without what was asked. */
export function logRequests(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, viewer } = request;
    const path = request.url.split('?', 1)[0] ?? '';
    request.log[probes.has(path) ? 'debug' : 'info'](
      {
        ms: Math.round(reply.elapsedTime),
        status: reply.statusCode,
        method,
        route: routeOptions.url,
        path,
        viewerId: viewer?.id,
      },
      'answered',
    );
  });
}
