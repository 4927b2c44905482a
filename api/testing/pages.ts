import { csrfTokenOf, sessionCookie } from '@lectern/db/access/credentials';
import type { Store } from '@lectern/db/open';
import { logInAs } from '@lectern/db/testing/log-in-as';
import type { LightMyRequestResponse } from 'fastify';
import type { App } from '../app.ts';

type Headers = Record<string, string>;

/** What a browser says of a form on a page of this site. */
export const own = { 'sec-fetch-site': 'same-origin' };

export function postForm(
  app: App,
  url: string,
  fields: Record<string, string>,
  headers: Headers = own,
): Promise<LightMyRequestResponse> {
  const payload = new URLSearchParams(fields).toString();
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return app.inject({ method: 'POST', url, payload, headers: { ...type, ...headers } });
}

/** A browser in which somebody new is logged in: its headers, and the hidden field of its forms. */
export async function openBrowser(store: Store) {
  const { userId, cookie } = await logInAs(store, 'user');
  return {
    userId,
    headers: { ...own, cookie: `${sessionCookie}=${cookie}` },
    csrf: csrfTokenOf(cookie),
  };
}

/** The cookies that an answer sets, by name. */
export function readCookies({ headers }: LightMyRequestResponse): Map<string, string> {
  const lines = [headers['set-cookie'] ?? []].flat();
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line]));
}

/** The value of a hidden field of a page. */
export function readField({ body }: LightMyRequestResponse, name: string): string | undefined {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1]?.replaceAll('&amp;', '&');
}
