import type { IncomingMessage } from 'node:http';
import { uploadsPath } from './speak-tus.ts';

const meant = new Set(['HEAD', 'PATCH', 'DELETE']);

/**
 * Some proxies let no PATCH through: by tus 1.0 a POST says in a header which method it means. Only of an
 * upload, and before anything looks at the method, so that all that holds for the one meant holds for it.
 */
export function meanMethod(request: IncomingMessage): void {
  if (request.method !== 'POST' || request.url?.startsWith(`${uploadsPath}/`) !== true) return;
  const method = String(request.headers['x-http-method-override']).toUpperCase();
  if (meant.has(method)) request.method = method;
}
