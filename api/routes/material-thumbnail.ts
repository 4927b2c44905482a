import { dirname } from 'node:path/posix';
import type { Store } from '@lectern/db/open';
import { findMaterial } from '@lectern/db/postgres/materials';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { sendPicture } from '../files/send-picture.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { Bytes, IdParams } from './shapes.ts';

/** The small picture of a material. */
export function routeMaterialThumbnail(
  app: App,
  { postgres, objects }: Pick<Store, 'postgres' | 'objects'>,
): void {
  app.get(
    '/v1/materials/:id/thumbnail',
    {
      config: { access: 'material.read', link: 'material' },
      schema: {
        tags: ['Materials'],
        summary: 'See a small picture of a material',
        description:
          'A JPEG of at most 480 × 480 pixels, without what the original tells of place and camera. Materials of which nothing can be seen have none.',
        params: IdParams,
        response: {
          200: { description: 'The picture.', content: { 'image/jpeg': { schema: Bytes } } },
          304: Type.Null({ description: 'It has not changed.' }),
          206: {
            description: 'The part asked for.',
            content: { 'image/jpeg': { schema: Bytes } },
          },
        },
      },
    },
    async (request, reply) => {
      const material = await findMaterial(postgres, viewerOf(request), request.params.id);
      if (material === undefined) throw notFound('material');
      const key = `${dirname(material.object_key)}/thumbnail.jpg`;
      return sendPicture(request, reply, { objects, key, name: 'thumbnail' });
    },
  );
}
