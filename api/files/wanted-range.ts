import type { FastifyRequest } from 'fastify';

/** The `Range` that is asked for; none where its asker holds a part of another file (RFC 9110, 13.1.5). */
export function wantedRange({ headers }: FastifyRequest, etag: string): string | undefined {
  const held = headers['if-range'];
  return held === undefined || held === etag ? headers.range : undefined;
}
