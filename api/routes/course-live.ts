import { hasScope, mayInCourse } from '@lectern/db/access/permissions';
import type { Store } from '@lectern/db/open';
import { type Course, standingIn } from '@lectern/db/postgres/courses';
import { documentHasAnswers } from '@lectern/db/postgres/documents';
import { Type } from 'typebox';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { closeCodes } from '../live/close-codes.ts';
import type { Rooms } from '../live/rooms.ts';
import { serveDocument } from '../live/serve-document.ts';
import { maySeeDocument, type Sockets } from '../live/sockets.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { forbidden } from '../problems/problem.ts';
import { LiveQuery, upgradeRequired } from './live.ts';
import { Id, IdParams } from './shapes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The course whose document a socket is for. */
    course: Course | undefined;
  }
}

const PresenceShape = Type.Object({
  items: Type.Array(
    Type.Object({
      userId: Id,
      name: Type.String(),
      canEdit: Type.Boolean(),
      clients: Type.Array(Type.Integer(), {
        description: 'ids of this person’s Yjs clients, as in the awareness states',
      }),
    }),
  ),
});

type Live = { readonly rooms: Rooms; readonly sockets: Sockets };

/** A course's document, edited by many at once. */
export function routeCourseLive(app: App, store: Store, { rooms, sockets }: Live): void {
  const { postgres, log } = store;
  app.decorateRequest('course', undefined);

  app.route({
    method: 'GET',
    url: '/v1/courses/:id/live',
    config: { access: 'course.read', takesSockets: true },
    schema: {
      tags: ['Live'],
      summary: 'Edit a course together',
      description:
        'A WebSocket of the y-websocket protocol, sync and awareness, for any Yjs client: `new WebsocketProvider(".../v1/courses/{id}", "live", doc, { params: { token } })`. The document has `nodes` and `edges`. Whoever may only read connects as well and changes nothing. An edit is kept before anybody else sees it. Closed with 4400 for what is no message, 4401 when the login is over, 4403 when the course is no longer theirs to see, 4413 when it is full, 4429 after too many messages: connecting again changes nothing. With 1009 when a message is too large; with 1013 and 4503: connect again.',
      params: IdParams,
      querystring: LiveQuery,
      response: { 101: Type.Null({ description: 'The socket is open.' }) },
    },
    // Before the upgrade, so that whoever is turned away gets an answer in words.
    preHandler: async (request) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      const course = await getCourse(postgres, viewer, { id, permission: 'course.read' });
      request.course = course;
      const hasAnswers = await documentHasAnswers(postgres, id);
      if (maySeeDocument(viewer, { ...standingIn(course), hasAnswers })) return;
      throw forbidden(
        'This course has a quiz, and its document says what is right. Read it at /graph, where that is left out.',
      );
    },
    handler: async () => {
      throw upgradeRequired();
    },
    wsHandler: (socket, request) => {
      const viewer = viewerOf(request);
      const { course } = request;
      if (course === undefined) return socket.close(closeCodes.roleChanged, 'the course is gone');
      const courses = new Map([[course.id, course.my_role]]);
      if (!sockets.admit({ socket, viewer, courses, hasDocument: true })) {
        return socket.close(closeCodes.tooMuch, 'too many sockets');
      }
      const canEdit =
        hasScope(viewer, 'course.change') &&
        mayInCourse(viewer, 'course.change', standingIn(course));
      const visitor = { userId: viewer.id, name: viewer.name, canEdit };
      const maySeeAnswers = mayInCourse(viewer, 'course.review', standingIn(course));
      const duplex = request.raw.socket;
      serveDocument(
        { rooms, log },
        { socket, duplex, courseId: course.id, visitor, maySeeAnswers },
      );
    },
  });

  app.get(
    '/v1/courses/:id/presence',
    {
      config: { access: 'course.review' },
      schema: {
        tags: ['Live'],
        summary: 'Who has the course open',
        description: 'By their logins, whatever their clients show as a name.',
        params: IdParams,
        response: { 200: PresenceShape },
      },
    },
    async (request) => {
      const { id } = request.params;
      await getCourse(postgres, viewerOf(request), { id, permission: 'course.review' });
      return { items: rooms.listVisitors(id) };
    },
  );
}
