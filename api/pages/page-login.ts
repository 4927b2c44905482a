import {
  csrfTokenOf,
  isCsrfToken,
  readCookie,
  sessionCookie,
} from '@lectern/db/access/credentials';
import type { Viewer } from '@lectern/db/access/viewer';
import type { Store } from '@lectern/db/open';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.ts';

/** Whoever a page is shown to, and what its forms send back to show that they are of this site. */
export type PageLogin = { readonly viewer: Viewer; readonly csrf: string };

/** By the cookie alone: a page's forms have nothing else. */
export async function readPageLogin(
  access: Store['access'],
  { headers }: FastifyRequest,
): Promise<PageLogin | undefined> {
  const cookie = readCookie(headers, sessionCookie);
  if (cookie === undefined) return undefined;
  const viewer = await access.findViewer({ token: cookie, isCookie: true });
  return viewer && { viewer, csrf: csrfTokenOf(cookie) };
}

/** Where the cookie speaks for a form, the form must come from a page that was made for this login. */
export function requireCsrfField({ headers }: FastifyRequest, csrf: string): void {
  const cookie = readCookie(headers, sessionCookie);
  if (cookie === undefined || isCsrfToken(csrf, cookie)) return;
  throw new Problem({
    status: 403,
    code: 'csrf_failed',
    detail:
      'This form was made for another login. Go back, load the page again and send it from there.',
  });
}
