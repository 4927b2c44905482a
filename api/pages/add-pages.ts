import type { IncomingMessage } from 'node:http';
import { comesFromElsewhere } from '@lectern/db/access/credentials';
import type { Store } from '@lectern/db/open';
import { isOutage } from '@lectern/db/postgres/is-outage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { readText } from '../plugins/bodies.ts';
import { describeError } from '../problems/describe-error.ts';
import { Problem } from '../problems/problem.ts';
import { renderAway, renderRefusal } from './refusal-pages.ts';
import { sendPage } from './send-page.ts';

export const hidden = { config: { access: 'public' }, schema: { hide: true } } as const;

type Options = {
  /** A secret stands in the addresses: nothing that these pages load or open is told it. */
  readonly hidesAddress?: boolean;
};

/** Pages with plain forms, for people whose browser runs no script for them. */
export async function addPages(
  app: App,
  { config }: Pick<Store, 'config'>,
  route: (scope: App) => void,
  { hidesAddress = false }: Options = {},
): Promise<void> {
  await app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      async (_request: FastifyRequest, payload: IncomingMessage) =>
        new URLSearchParams(await readText(payload, config)),
    );
    scope.setErrorHandler(sendErrorPage);
    scope.addHook('onRequest', async (_request, reply) => {
      if (hidesAddress) reply.header('referrer-policy', 'no-referrer');
    });
    scope.addHook('preHandler', async (request) => {
      // A page that hides its address hides its origin as well; its form shows the mailed secret.
      if (hidesAddress && request.headers.origin === 'null' && !saysSite(request)) return;
      if (request.method === 'POST' && isFromAnotherSite(request)) throw notFromHere();
    });
    route(scope);
  });
}

/** A browser says where a form comes from, in one header or the other; what says nothing is no browser. */
function isFromAnotherSite(request: FastifyRequest): boolean {
  const { headers, host } = request;
  if (saysSite(request)) return comesFromElsewhere(headers);
  const { origin } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/** Browsers say it where the site is served over HTTPS or on this very machine. */
function saysSite({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] !== undefined;
}

/** Refusals that a person can meet; anything else met a program. */
const shownStatuses = new Set([400, 403, 429]);

async function sendErrorPage(error: unknown, { log }: FastifyRequest, reply: FastifyReply) {
  if (isOutage(error)) {
    log.warn({ err: error }, 'cannot show a page now');
    return sendPage(reply.header('retry-after', '5'), renderAway(), 503);
  }
  const problem = describeError(error);
  if (!shownStatuses.has(problem.status)) throw error;
  log.debug({ code: problem.code, status: problem.status, err: error }, 'refused a page');
  return sendPage(reply.headers(problem.headers), renderRefusal(problem.message), problem.status);
}

function notFromHere(): Problem {
  return new Problem({
    status: 403,
    code: 'csrf_failed',
    detail:
      'This form was sent from a page of another site. Open the page on this site and send it there.',
  });
}
