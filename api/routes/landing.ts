import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '@lectern/db/open';
import type { App } from '../app.ts';
import { holdsTag } from '../files/holds-tag.ts';
import { describeParts } from '../health/describe-parts.ts';
import { makeLookout } from '../health/look-at-parts.ts';
import { renderLanding } from '../pages/landing-page.ts';
import { sendPage } from '../pages/send-page.ts';

const hidden = { config: { access: 'public' }, schema: { hide: true } } as const;

/** The first page, and the two files that the server's own pages load. */
export function routeLanding(app: App, store: Store): void {
  const look = makeLookout(store);
  app.get('/', hidden, async (_request, reply) => {
    const sight = await look();
    const parts = describeParts(sight, store.config);
    return sendPage(reply, renderLanding({ parts, isNew: sight.hasUsers === false, at: sight.at }));
  });
  serveFile(app, 'style.css', 'text/css; charset=utf-8');
  serveFile(app, 'favicon.svg', 'image/svg+xml');
}

function serveFile(app: App, name: string, type: string): void {
  const content = readFileSync(join(import.meta.dirname, '..', 'pages', name));
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  app.get(`/${name}`, hidden, async (request, reply) => {
    reply.header('etag', etag).header('cache-control', 'public, no-cache');
    if (holdsTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.type(type).send(content);
  });
}
