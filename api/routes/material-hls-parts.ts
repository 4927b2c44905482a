import type { Store } from '@lectern/db/open';
import { findSegment, findVideoKey } from '@lectern/db/postgres/video-playlists';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { sendFile } from '../files/send-file.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { Bytes } from './shapes.ts';
import { RoundParams, SegmentParams } from './video-shapes.ts';

const tags = ['Video'];
const Key = Type.Unsafe<Buffer>({ type: 'string' });

/** The key and the segments that a video's playlists name. */
export function routeMaterialHlsParts(
  app: App,
  { postgres, objects }: Pick<Store, 'postgres' | 'objects'>,
): void {
  app.get(
    '/v1/materials/:id/hls/:round/key',
    {
      config: { access: 'material.read', link: 'material' },
      schema: {
        tags,
        summary: 'The key of a video',
        description: 'Sixteen bytes of AES-128. Nobody may keep them in a cache.',
        params: RoundParams,
        response: {
          200: {
            description: 'The key.',
            content: { 'application/octet-stream': { schema: Key } },
          },
        },
      },
    },
    async (request, reply) => {
      const { id: materialId, round } = request.params;
      const key = await findVideoKey(postgres, viewerOf(request), { materialId, round });
      if (key === undefined) throw notFound('key');
      reply.header('cache-control', 'no-store').type('application/octet-stream');
      return reply.send(key);
    },
  );

  app.get(
    '/v1/materials/:id/hls/:round/:rendition/:piece-:number.ts',
    {
      config: { access: 'material.read', link: 'segment' },
      schema: {
        tags,
        summary: 'A few seconds of a video',
        description:
          'MPEG-TS, encrypted with the key of the video: caches may keep it for whoever asks. Takes `Range`.',
        params: SegmentParams,
        response: {
          200: { description: 'The segment.', content: { 'video/mp2t': { schema: Bytes } } },
          206: { description: 'A part of it.', content: { 'video/mp2t': { schema: Bytes } } },
        },
      },
    },
    async (request, reply) => {
      const { id: materialId, ...name } = request.params;
      const found = await findSegment(postgres, viewerOf(request), { materialId, ...name });
      if (found === undefined) throw notFound('segment');
      // Nobody who has it without the key has anything.
      reply.headers({
        'content-type': 'video/mp2t',
        'cache-control': 'public, max-age=31536000, immutable',
        'cross-origin-resource-policy': 'cross-origin',
        'accept-ranges': 'bytes',
      });
      const file = { key: found.object_key, size: found.size_bytes };
      return sendFile(reply, objects, file, request.headers.range);
    },
  );
}
