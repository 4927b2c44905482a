import { csrfCookie, csrfTokenOf, sessionCookie } from '@lectern/db/access/credentials';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const refreshCookie = 'lectern_refresh';
/** Sent to where logins are refreshed and ended, and nowhere else. */
const refreshPath = '/v1/auth';

export type LoginCookies = {
  /** Left out where the request's own stays. */
  readonly cookie?: string | undefined;
  readonly refreshToken: string;
  readonly lifeMs: number;
};

/** Gives a browser its login: two cookies that no script sees, and one that a script sends back. */
export function setLoginCookies(
  request: FastifyRequest,
  reply: FastifyReply,
  { cookie, refreshToken, lifeMs }: LoginCookies,
): void {
  const seconds = Math.floor(lifeMs / 1_000);
  send(request, reply, [
    renderRefresh(refreshToken, seconds),
    ...(cookie === undefined ? [] : renderSession(cookie, seconds)),
  ]);
}

export function clearLoginCookies(request: FastifyRequest, reply: FastifyReply): void {
  send(request, reply, [renderRefresh('', 0), ...renderSession('', 0)]);
}

function renderRefresh(token: string, seconds: number): string {
  return render(refreshCookie, token, { path: refreshPath, seconds, sameSite: 'Strict' });
}

function renderSession(cookie: string, seconds: number): string[] {
  const form = { path: '/', seconds, sameSite: 'Lax' } as const;
  const csrf = cookie === '' ? '' : csrfTokenOf(cookie);
  return [
    render(sessionCookie, cookie, form),
    render(csrfCookie, csrf, { ...form, forScripts: true }),
  ];
}

/** Lax lets a link in a mail open a page as whoever is logged in; changes need more than the cookie. */
type Form = {
  readonly path: string;
  readonly seconds: number;
  readonly sameSite: 'Strict' | 'Lax';
  readonly forScripts?: boolean;
};

function render(
  name: string,
  value: string,
  { path, seconds, sameSite, forScripts = false }: Form,
): string {
  const parts = [`${name}=${value}`, `Path=${path}`, `Max-Age=${seconds}`, `SameSite=${sameSite}`];
  return [...parts, ...(forScripts ? [] : ['HttpOnly'])].join('; ');
}

function send(
  { protocol, server }: FastifyRequest,
  reply: FastifyReply,
  lines: readonly string[],
): void {
  const secure = protocol === 'https' || server.isPublicOverTls ? '; Secure' : '';
  reply.header(
    'set-cookie',
    lines.map((line) => line + secure),
  );
  reply.header('cache-control', 'no-store');
}
