import type { Store } from '@lectern/db/open';
import { findCourse } from '@lectern/db/postgres/courses';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { EventStream } from '../live/event-stream.ts';
import type { Sockets } from '../live/sockets.ts';
import { readMaterial } from '../materials/read-material.ts';
import { isOver, nameState, watchMaterial } from '../materials/watch-material.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { Bytes, IdParams } from './shapes.ts';

/** Each looks into the database now and then. */
const mostPerPerson = 50;

/** How far the work on a material is, as server-sent events. */
export function routeMaterialEvents(app: App, store: Store, sockets: Sockets): void {
  const { postgres, bus } = store;
  const streams = new Map<EventStream, string>();
  app.addHook('preClose', async () => {
    for (const stream of streams.keys()) stream.end();
  });
  const countOf = (userId: string) => [...streams.values()].filter((id) => id === userId).length;

  app.get(
    '/v1/materials/:id/events',
    {
      config: { access: 'material.read' },
      // Asked for its head alone it would go on as long.
      exposeHeadRoute: false,
      schema: {
        tags: ['Materials'],
        summary: 'Follow the work on a material',
        description:
          'Server-sent events. The first message is the material as it is now, with `progress` (0–1) of all its stages; another follows each change, and the stream ends when it is `ready`, `partial` or `failed`. An event `gone` says that the material was deleted, or that the login or the role changed. Asked again with the `Last-Event-ID` of such an end it answers 204, at which browsers stop asking.',
        params: IdParams,
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 100 })) }),
        response: {
          200: {
            description: 'Messages whose `data` is the material.',
            content: { 'text/event-stream': { schema: Bytes } },
          },
          204: Type.Null({ description: 'Nothing follows on the last event.' }),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const viewer = viewerOf(request);
      const read = () => readMaterial(postgres, viewer, id);
      const state = await read();
      const course = state && (await findCourse(postgres, viewer, state.courseId));
      if (course === undefined || state === undefined) throw notFound('material');
      reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      const lastId = request.headers['last-event-id'];
      if (isOver(state) && lastId === nameState(state)) return reply.code(204).send(null);

      if (countOf(viewer.id) >= mostPerPerson) throw tooMany();
      const stream = new EventStream();
      const courses = new Map([[course.id, course.my_role]]);
      if (!sockets.admit({ socket: stream, viewer, courses })) throw tooMany();
      streams.set(stream, viewer.id);
      stream.on('close', () => streams.delete(stream));
      void watchMaterial({ bus, log: request.log }, stream, { materialId: id, read });
      // Kept for another request, it would hold up a stop that ends the stream.
      reply.header('connection', 'close');
      return reply.type('text/event-stream; charset=utf-8').send(stream.body);
    },
  );
}

function tooMany(): Problem {
  const detail = 'You follow too many things at once. Close some, or open a socket at /v1/live.';
  const headers = { 'retry-after': '10' };
  return new Problem({ status: 429, code: 'too_many_streams', detail, headers });
}
