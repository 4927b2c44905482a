import type { Store } from '@lectern/db/open';
import { findViewer, type Viewer } from '@lectern/db/postgres/sessions';
import type { FastifyRequest } from 'fastify';
import { isSameOrigin, readCredential } from '../access/credentials.ts';
import type { App } from '../app.ts';
import { forbidden, Problem, unauthenticated } from '../problems/problem.ts';

/** Who may call a route: everybody, whoever is logged in, or those who run the installation. */
export type Access = 'public' | 'user' | 'operator';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that says nothing is for whoever is logged in. */
    access?: Access;
  }
  interface FastifyRequest {
    viewer: Viewer | undefined;
  }
}

/** Finds out who asks, before anything of the body is read. */
export function identifyViewers(app: App, store: Pick<Store, 'postgres'>): void {
  app.decorateRequest('viewer', undefined);
  app.addHook('onRequest', async (request) => {
    const { access = 'user' } = request.routeOptions.config;
    if (access === 'public') return;
    request.viewer = await identify(store, request);
    if (request.viewer === undefined) throw unauthenticated();
    if (access === 'operator') requireOperator(request.viewer);
  });
}

/** The person behind the request, if its token or cookie is one of a login that lasts. */
export async function identify(
  { postgres }: Pick<Store, 'postgres'>,
  request: FastifyRequest,
): Promise<Viewer | undefined> {
  const credential = readCredential(request);
  if (credential === undefined) return undefined;
  requireSameOrigin(request);
  return findViewer(postgres, credential.token);
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isSafe(method: string): boolean {
  return safeMethods.has(method);
}

/** A browser sends the cookie with what another site's page asks for, too: such changes are refused. */
export function requireSameOrigin(request: FastifyRequest): void {
  if (isSafe(request.method) || readCredential(request)?.isCookie !== true) return;
  if (isSameOrigin(request)) return;
  throw new Problem({
    status: 403,
    code: 'cross_origin',
    detail:
      'A change with the login cookie must come from a page of this site. Programs send a token.',
  });
}

export function requireOperator({ role }: Viewer): void {
  if (role === 'operator' || role === 'admin') return;
  throw forbidden('This part is for operators and admins. Ask an admin of this installation.');
}

/** The viewer of a route that only people who are logged in reach. */
export function viewerOf({ viewer }: FastifyRequest): Viewer {
  if (viewer === undefined) throw unauthenticated();
  return viewer;
}
