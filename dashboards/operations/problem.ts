import type { FastifyReply, FastifyRequest } from 'fastify';

export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
};

export const databaseAway: Problem = {
  status: 503,
  code: 'database_unavailable',
  title: 'The database does not answer',
  detail: 'Nothing was done. Try again in some seconds.',
};

/** Answers with an RFC 9457 document, in the same shape as the API's. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, title, detail }: Problem,
): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title,
        status,
        detail,
        instance: pathOf(request),
        code,
        requestId: request.id,
      }),
    );
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url;
}
