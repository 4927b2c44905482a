import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser says that a page of this very site made the request. Another site's page can
 * send a form with the cookie, but neither these headers nor, without our leave, X-Forwarded-Host.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const origin = headers.origin;
  if (origin === undefined || !URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host === headers.host || host === forwardedHost(headers);
}

/** The host that the browser asked, when a proxy stands in front; the first proxy wrote the first. */
function forwardedHost(headers: IncomingHttpHeaders): string | undefined {
  const value = headers['x-forwarded-host'];
  const first = Array.isArray(value) ? value[0] : value;
  return first?.split(',', 1)[0]?.trim();
}
