import { sessionCookie } from '@lectern/db/postgres/sessions';
import type { FastifyRequest } from 'fastify';

/** What a request shows to say who it is: a program's token, or the cookie of a browser. */
export type Credential = { readonly token: string; readonly isCookie: boolean };

export function readCredential({
  headers,
}: Pick<FastifyRequest, 'headers'>): Credential | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { token: bearer, isCookie: false };
  const cookies = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const cookie = cookies.find((pair) => pair.startsWith(`${sessionCookie}=`));
  if (cookie === undefined) return undefined;
  return { token: cookie.slice(sessionCookie.length + 1), isCookie: true };
}

type CookieLife = { readonly lifeSeconds: number; readonly isSecure: boolean };

/** The browser sends it to this site alone, shows it to no script, and drops it with the login. */
export function renderSessionCookie(token: string, { lifeSeconds, isSecure }: CookieLife): string {
  const parts = [
    `${sessionCookie}=${token}`,
    'Path=/',
    `Max-Age=${lifeSeconds}`,
    'HttpOnly',
    'SameSite=Strict',
  ];
  return [...parts, ...(isSecure ? ['Secure'] : [])].join('; ');
}

/**
 * Whether a browser says that a page of this very site made the request. A request that carries the
 * cookie but neither header does not come from a browser of this decade, and is not trusted.
 */
export function isSameOrigin({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
