import type { Author } from '@lectern/db/postgres/audit';
import type { FastifyRequest } from 'fastify';

/** On whose behalf a request changes something, for the audit log. */
export function authorOf({ viewer, id, ip }: FastifyRequest, userId = viewer?.id ?? null): Author {
  return { userId, requestId: id, address: ip };
}
