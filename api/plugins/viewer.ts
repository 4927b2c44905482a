import {
  comesFromElsewhere,
  type Credential,
  hasCsrfToken,
  readCredential,
} from '@lectern/db/access/credentials';
import { hasScope, mayBegin, type Permission, ruleOf } from '@lectern/db/access/permissions';
import type { Viewer } from '@lectern/db/access/viewer';
import type { LinkUse } from '@lectern/db/access/viewer-links';
import type { Store } from '@lectern/db/open';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { forbidden, Problem, unauthenticated } from '../problems/problem.ts';

/** Who may call a route: everybody, or whoever the table of permissions lets begin. */
export type RouteAccess = 'public' | Permission;
/** A route as it is guarded, for whoever wants to look at all of them. */
export type GuardedRoute = {
  readonly method: string;
  readonly url: string;
  readonly access: RouteAccess;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says it; one that does not keeps the server from starting. */
    access?: RouteAccess;
    /** Also opened by a link (`?link=`) to the material that the path names. */
    link?: LinkUse;
  }
  interface FastifyRequest {
    viewer: Viewer | undefined;
    /** Whether the viewer was found by a link in the address. */
    cameByLink: boolean;
  }
  interface FastifyInstance {
    guardedRoutes: readonly GuardedRoute[];
  }
}

/** Finds out who asks, before anything of the body is read. Who may go on is decided by `guardRoutes`. */
export function identifyViewers(app: App, { access }: Pick<Store, 'access'>): void {
  app.decorateRequest('viewer', undefined);
  app.decorateRequest('cameByLink', false);
  app.addHook('onRequest', async (request, reply) => {
    const { access: needed = 'public' } = request.routeOptions.config;
    if (needed === 'public') return;
    const link = linkOf(request);
    if (link !== undefined) {
      request.viewer = await access.findViewerOfLink(link.text, link.target);
      request.cameByLink = request.viewer !== undefined;
      // Whoever has the link may show what it leads to, on whatever page.
      if (request.cameByLink) reply.header('cross-origin-resource-policy', 'cross-origin');
      if (request.cameByLink) return;
    }
    const credential = credentialOf(request);
    if (credential !== undefined) request.viewer = await access.findViewer(credential);
  });
}

/** Turns away whoever a route is not for, by the table of permissions. */
export function guardRoutes(app: App, config: OriginConfig): void {
  collectRoutes(app);
  app.addHook('onRequest', async (request) => {
    const { access: needed = 'public' } = request.routeOptions.config;
    if (needed === 'public') return;
    const { viewer } = request;
    if (viewer === undefined) throw linkOf(request) ? linkOver() : unauthenticated();
    if (request.ws) requireOwnOrigin(request, config);
    requireCsrfToken(request);
    requirePermission(viewer, needed);
  });
}

export function requirePermission(viewer: Viewer, permission: Permission): void {
  if (!hasScope(viewer, permission)) throw scopeMissing(permission);
  if (mayBegin(viewer, permission)) return;
  throw forbidden('This is for those who run this installation. Ask one of its admins.');
}

/** A browser opens WebSockets to anywhere and sends the cookie along; it says truly whose page asks. */
function requireOwnOrigin(request: FastifyRequest, { corsOrigins, publicUrl }: OriginConfig): void {
  const { origin } = request.headers;
  // Cookies stay at home: a page elsewhere that may call the API shows a token.
  const hasToken = credentialOf(request)?.isCookie === false;
  if (hasToken && (origin === undefined || corsOrigins.includes(origin))) return;
  if (origin !== undefined && isOwn(origin)) return;
  throw new Problem({
    status: 403,
    code: 'origin_refused',
    detail: 'A WebSocket is opened by a page of this site, or by a program with a token.',
  });

  function isOwn(given: string): boolean {
    if (!URL.canParse(given)) return false;
    const own = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
    return given === own || new URL(given).host === request.host;
  }
}

type OriginConfig = Pick<Store['config'], 'corsOrigins' | 'publicUrl'>;

/** A player follows what a playlist names, and sends no header with it. */
function linkOf({ query, params, routeOptions }: FastifyRequest) {
  const { link: use } = routeOptions.config;
  if (use === undefined || !hasText(query, 'link') || !hasText(params, 'id')) return undefined;
  return { text: query.link, target: { materialId: params.id, use } };
}

function hasText<Name extends string>(
  value: unknown,
  name: Name,
): value is { readonly [N in Name]: string } {
  return typeof Object(value)[name] === 'string';
}

function linkOver(): Problem {
  const detail =
    'The link has run out, is not whole, or the login that it was made for is over. Ask the material for new ones at `/v1/materials/{id}/playback`.';
  return new Problem({ status: 410, code: 'link_expired', detail });
}

/** A browser's WebSocket can send no header: there the token may stand in the address. */
function credentialOf({ headers, query, ws }: FastifyRequest): Credential | undefined {
  if (ws && typeof query === 'object' && query !== null && 'token' in query) {
    return { token: String(query.token), isCookie: false };
  }
  return readCredential(headers);
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isSafe(method: string): boolean {
  return safeMethods.has(method);
}

/** A browser sends the cookie with what another site's page asks for, too: such changes are refused. */
export function requireCsrfToken({ method, headers }: FastifyRequest): void {
  if (isSafe(method)) return;
  const credential = readCredential(headers);
  if (credential === undefined || !credential.isCookie) return;
  if (!comesFromElsewhere(headers) && hasCsrfToken(headers, credential)) return;
  throw new Problem({
    status: 403,
    code: 'csrf_failed',
    detail:
      'A change with the login cookie needs the value of the cookie XSRF-TOKEN in the header X-XSRF-TOKEN, from a page of this site. Programs send a token instead.',
  });
}

/** The viewer of a route that only people who are logged in reach. */
export function viewerOf({ viewer }: FastifyRequest): Viewer {
  if (viewer === undefined) throw unauthenticated();
  return viewer;
}

function scopeMissing(permission: Permission): Problem {
  const { scope } = ruleOf(permission);
  if (scope === 'login') {
    return forbidden('No token is enough for this, whatever it was made for. Log in.');
  }
  return new Problem({
    status: 403,
    code: 'insufficient_scope',
    detail: `This token lacks the scope \`${scope}\`. Make one that has it, or log in.`,
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  });
}

function collectRoutes(app: App): void {
  const seen: { method: string | string[]; url: string; config?: { access?: RouteAccess } }[] = [];
  const guarded: GuardedRoute[] = [];
  app.decorate('guardedRoutes', guarded);
  app.addHook('onRoute', (route) => {
    seen.push(route);
  });
  // Only now: a scope may set the config of its routes in a hook that runs after ours.
  app.addHook('onReady', async () => {
    for (const { method, url, config } of seen) {
      if (config?.access === undefined) {
        throw new Error(`${String(method)} ${url} does not say who may call it: set config.access`);
      }
      for (const name of [method].flat())
        guarded.push({ method: name, url, access: config.access });
    }
  });
}
