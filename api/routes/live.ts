import type { Store } from '@lectern/db/open';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { serveNews } from '../live/news-channel.ts';
import { closeCodes } from '../live/close-codes.ts';
import type { Sockets } from '../live/sockets.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { Problem } from '../problems/problem.ts';

export const LiveQuery = Type.Object(
  { token: Type.Optional(Type.String({ description: 'where no header can be sent' })) },
  { additionalProperties: false },
);

/** News as they happen, over a WebSocket. */
export function routeLive(app: App, store: Store, sockets: Sockets): void {
  app.route({
    method: 'GET',
    url: '/v1/live',
    config: { access: 'course.read', takesSockets: true },
    schema: {
      tags: ['Live'],
      summary: 'Hear of what happens',
      description:
        'A WebSocket of JSON. Send `{"type":"subscribe","courses":[…],"materials":[…]}`; messages of type `course` and `material` follow; of a course also what becomes of its materials: `material.added`, `material.ready`, `material.partial`, `material.failed` and so on. It is closed with 4401 when the login is over and 4403 when a role changed: connect anew.',
      querystring: LiveQuery,
      response: { 101: Type.Null({ description: 'The socket is open.' }) },
    },
    handler: async () => {
      throw upgradeRequired();
    },
    wsHandler: (socket, request) => {
      const guest = { socket, viewer: viewerOf(request), courses: new Map() };
      if (sockets.admit(guest)) serveNews(store, guest);
      else socket.close(closeCodes.tooMuch, 'too many sockets');
    },
  });
}

export function upgradeRequired(): Problem {
  const detail = 'This address speaks WebSocket. Open it with one.';
  const headers = { upgrade: 'websocket' };
  return new Problem({ status: 426, code: 'upgrade_required', detail, headers });
}
