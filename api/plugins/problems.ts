import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { describeError } from '../problems/describe-error.ts';
import { notFound, Problem, renderProblem } from '../problems/problem.ts';
import { safeHeaders } from './security.ts';

/** Every answer that is not a success is a problem document; only our own faults are logged as errors. */
export function answerWithProblems(app: App): void {
  const allowedMethods = collectMethods(app);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler(() => {
    throw notFound('address');
  });
  // Before the body is read: what is sent to no address is not looked at.
  app.addHook('onRequest', async (request) => {
    if (!request.is404) return;
    const allowed = allowedMethods(pathOf(request.url));
    throw allowed.length > 0 ? methodNotAllowed(request.method, allowed) : notFound('address');
  });
}

/** An error as what is sent for it. Only a fault in the code is logged as an error. */
export function toAnswer(
  error: unknown,
  { id, url, log }: Pick<FastifyRequest, 'id' | 'url' | 'log'>,
): { status: number; headers: Record<string, string>; body: string } {
  const problem = describeError(error);
  const { status, code } = problem;
  if (status === 500) log.error({ code, err: error }, 'could not answer');
  else if (status > 500) log.warn({ code, err: error }, 'cannot answer now');
  else log.debug({ code, status, err: error }, 'refused a request');
  return {
    status,
    headers: {
      ...problem.headers,
      'content-type': 'application/problem+json',
      'x-request-id': id,
    },
    body: renderProblem(problem, { url, requestId: id }),
  };
}

/** For errors that Fastify meets before there is a route: none of our hooks runs for them. */
export function sendFrameworkError(
  error: unknown,
  request: Pick<FastifyRequest, 'id' | 'url' | 'log'>,
  { raw }: { readonly raw: ServerResponse },
): void {
  const { status, headers, body } = toAnswer(error, request);
  raw.writeHead(status, { ...safeHeaders, ...headers }).end(body);
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body } = toAnswer(error, request);
  // Fastify closes the connection after a body it did not read; what is left is let through instead.
  reply.removeHeader('connection');
  // Of a success that was begun, nothing may stay on the answer.
  for (const name of ['etag', 'location', 'content-range', 'accept-ranges']) {
    reply.removeHeader(name);
  }
  reply.code(status).headers(headers).send(body);
}

/** A request that arrives on an open connection while the process stops: another one will take it. */
export function refuseWhileClosing(app: App): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onRequest', async () => {
    if (isClosing) throw shuttingDown();
  });
  // Connections that were busy when the stop came would be kept open for the next request.
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async () => {
    if (isClosing) setImmediate(() => app.server.closeIdleConnections());
  });
}

function shuttingDown(): Problem {
  return new Problem({
    status: 503,
    code: 'shutting_down',
    detail: 'Nothing was done. Send the request again.',
    headers: { 'retry-after': '1', connection: 'close' },
  });
}

function methodNotAllowed(method: string, allowed: readonly string[]): Problem {
  const list = allowed.join(', ');
  return new Problem({
    status: 405,
    code: 'method_not_allowed',
    detail: `This address takes ${list}, not ${method}.`,
    headers: { allow: list },
  });
}

/** Gives the methods that the routes at a path take. */
function collectMethods(app: App): (path: string) => readonly string[] {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const name of [method].flat()) known.methods.add(name);
    routes.set(url, known);
  });
  return (path) => {
    const found = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    return found.flatMap(({ methods }) => Array.from(methods)).sort();
  };
}

function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) => {
      if (part.startsWith(':')) return '[^/]+';
      return part === '*' ? '.*' : part.replace(/[^\w]/g, String.raw`\$&`);
    })
    .join('/');
  return new RegExp(`^${source}$`);
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
