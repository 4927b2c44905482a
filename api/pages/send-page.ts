import type { FastifyReply } from 'fastify';
import type { Problem } from '../problems/problem.ts';

/** Stricter than elsewhere: these pages hold no script and no style of their own. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Pages say what is so now, or who somebody is: none of them is kept. */
export function sendPage(reply: FastifyReply, page: string, status = 200): FastifyReply {
  return reply
    .code(status)
    .header('content-security-policy', contentSecurityPolicy)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page);
}

/** A page that tells of a refusal, with the status and headers that programs get for it. */
export function sendRefusal(
  reply: FastifyReply,
  { status, headers }: Pick<Problem, 'status' | 'headers'>,
  page: string,
): FastifyReply {
  return sendPage(reply.headers(headers), page, status);
}

/** After a form: the browser asks for the next page anew, so that loading it again sends nothing. */
export function leadTo(reply: FastifyReply, path: string): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(path, 303);
}
