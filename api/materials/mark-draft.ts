import type { FastifyReply } from 'fastify';

/** Says of words that a program heard them that often mishears, and leaves the words alone. */
export function markDraft(reply: FastifyReply): void {
  reply.header('lectern-draft', 'true');
}
