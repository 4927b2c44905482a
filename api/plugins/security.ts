import type { Config } from '@lectern/db/config';
import type { App } from '../app.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** People reach this installation by HTTPS, whatever a proxy says of a request. */
    isPublicOverTls: boolean;
  }
}

/** Pages load from this site alone; the API's documentation and the landing page write style attributes. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

const https = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } as const;

/** What one person may see must not stay in a cache that others share. */
const cacheControl = 'private, no-cache';

/** For an answer that no hook sees, and of which a proxy's word on HTTPS is not known. */
export const safeHeaders = { ...headers, 'cache-control': cacheControl } as const;

/** The headers that browsers keep people safe by, on every answer. */
export function addSecurityHeaders(app: App, { publicUrl }: Pick<Config, 'publicUrl'>): void {
  app.decorate('isPublicOverTls', publicUrl?.startsWith('https:') === true);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (request.protocol === 'https') reply.headers(https);
  });
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', cacheControl);
  });
}

const preflight = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range, Tus-Resumable, Upload-Checksum, Upload-Defer-Length, Upload-Length, Upload-Metadata, Upload-Offset, X-HTTP-Method-Override, X-Request-Id, X-Requested-With, X-XSRF-TOKEN',
  'access-control-max-age': '600',
} as const;

const exposed =
  'ETag, Location, Content-Range, Retry-After, X-Request-Id, Idempotency-Replayed, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Lectern-Draft, Lectern-Material-Id, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset';

/** Pages of the named origins may call with a token; cookies stay at home. Nobody else is let in. */
export function allowOrigins(app: App, { corsOrigins }: Pick<Config, 'corsOrigins'>): void {
  if (corsOrigins.length === 0) return;
  const allowed = new Set(corsOrigins);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return undefined;
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': exposed,
      'cross-origin-resource-policy': 'cross-origin',
    });
    const isPreflight =
      request.method === 'OPTIONS' &&
      request.headers['access-control-request-method'] !== undefined;
    return isPreflight ? reply.code(204).headers(preflight).send() : undefined;
  });
}
