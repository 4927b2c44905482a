import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a request shows to say who it is: a program's token, or the cookie of a browser. */
export type Credential = { readonly token: string; readonly isCookie: boolean };

/** The login of a browser. No script sees it. */
export const sessionCookie = 'lectern_session';
/** What a page's script sends along with changes; the name that axios and others know by themselves. */
export const csrfCookie = 'XSRF-TOKEN';
const csrfHeaders = ['x-xsrf-token', 'x-csrf-token'] as const;

export function readCredential(headers: IncomingHttpHeaders): Credential | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { token: bearer, isCookie: false };
  const cookie = readCookie(headers, sessionCookie);
  return cookie === undefined ? undefined : { token: cookie, isCookie: true };
}

export function readCookie({ cookie = '' }: IncomingHttpHeaders, name: string): string | undefined {
  const pairs = cookie.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Follows from the login, which no other site can read: it can be neither guessed nor planted. */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('csrf').digest('base64url');
}

/** Whether a change that the cookie speaks for was sent by a page that could read the second cookie. */
export function hasCsrfToken(headers: IncomingHttpHeaders, { token }: Credential): boolean {
  const given = csrfHeaders.map((name) => headers[name]).find((value) => typeof value === 'string');
  return typeof given === 'string' && isCsrfToken(given, token);
}

export function isCsrfToken(given: string, sessionToken: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(csrfTokenOf(sessionToken))];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Another site's page cannot change what the browser says here. */
export function comesFromElsewhere(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
