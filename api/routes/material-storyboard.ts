import type { Store } from '@lectern/db/open';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { sendPicture } from '../files/send-picture.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { getVideo } from '../video/find-video.ts';
import { makeVideoLinks } from '../video/video-links.ts';
import { writeStoryboard } from '../video/write-storyboard.ts';
import { Bytes, Id, IdParams } from './shapes.ts';

const tags = ['Video'];
const SheetParams = Type.Object({ id: Id, number: Type.Integer({ minimum: 0, maximum: 100_000 }) });

/** Small pictures of a video, for whoever looks where to go in it. */
export function routeMaterialStoryboard(app: App, store: Store): void {
  const { objects } = store;

  async function getStoryboard(request: FastifyRequest, materialId: string) {
    const video = await getVideo(store, viewerOf(request), materialId);
    if (video.storyboard === null) throw notFound('storyboard');
    return { ...video, storyboard: video.storyboard };
  }

  app.get(
    '/v1/materials/:id/storyboard.vtt',
    {
      config: { access: 'material.read', link: 'material' },
      schema: {
        tags,
        summary: 'Preview a video',
        description:
          'WebVTT that says which part (`#xywh=`) of which picture shows what is seen from when to when. It carries links, as the playlists do.',
        params: IdParams,
        response: {
          200: { description: 'WebVTT.', content: { 'text/vtt': { schema: Type.String() } } },
        },
      },
    },
    async (request, reply) => {
      const { id: materialId } = request.params;
      const { storyboard, durationMs } = await getStoryboard(request, materialId);
      const links = makeVideoLinks(store, request, { materialId, durationMs });
      const uriOf = (sheet: number) => links.to(`storyboard/${sheet}.jpg`);
      reply.type('text/vtt; charset=utf-8');
      return reply.send(writeStoryboard(storyboard, { durationMs, uriOf }));
    },
  );

  app.get(
    '/v1/materials/:id/storyboard/:number.jpg',
    {
      config: { access: 'material.read', link: 'material' },
      schema: {
        tags,
        summary: 'A sheet of small pictures of a video',
        params: SheetParams,
        response: {
          200: { description: 'The pictures.', content: { 'image/jpeg': { schema: Bytes } } },
          206: { description: 'A part of them.', content: { 'image/jpeg': { schema: Bytes } } },
          304: Type.Null({ description: 'They have not changed.' }),
        },
      },
    },
    async (request, reply) => {
      const { id: materialId, number } = request.params;
      const { storyboard } = await getStoryboard(request, materialId);
      const key = storyboard.sheets[number];
      if (key === undefined) throw notFound('sheet');
      return sendPicture(request, reply, { objects, key, name: 'sheet' });
    },
  );
}
