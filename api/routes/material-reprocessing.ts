import { tellOfMaterial } from '@lectern/db/bus/tell-of-material';
import type { Store } from '@lectern/db/open';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { MaterialShape } from '../materials/describe-material.ts';
import { getMaterial } from '../materials/get-material.ts';
import { readMaterial } from '../materials/read-material.ts';
import { reprocessMaterial } from '../materials/reprocess-material.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { IdParams } from './shapes.ts';

export const OnlyShape = Type.Optional(
  Type.Enum(['all', 'failed'], {
    description:
      '`failed`: only the stages that failed or lost something, and what follows them; pages that were read from pictures are not read again',
    default: 'all',
  }),
);

const Wanted = Type.Union([
  Type.Object({ only: OnlyShape }, { additionalProperties: false }),
  Type.Null(),
]);
const permission = 'material.change';

/** The work on a material, once more. */
export function routeMaterialReprocessing(
  app: App,
  { postgres, bus }: Pick<Store, 'postgres' | 'bus'>,
): void {
  app.post(
    '/v1/materials/:id/reprocess',
    {
      config: { access: permission },
      schema: {
        tags: ['Materials'],
        summary: 'Work on a material again',
        description:
          'Its text stays and is found until there is a newer one. One that is being worked on is left alone: 409 `material_busy`.',
        params: IdParams,
        body: Wanted,
        response: {
          200: { ...MaterialShape, description: 'Nothing had failed, and nothing was begun.' },
          202: MaterialShape,
        },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id, course_id: courseId } = await getMaterial(postgres, viewer, {
        id: request.params.id,
        permission,
      });
      const wanted = { id, only: request.body?.only ?? 'all', author: authorOf(request) };
      const isBegun = await postgres.transaction().execute((tx) => reprocessMaterial(tx, wanted));
      if (isBegun) tellOfMaterial(bus, { id, courseId, event: 'material.reprocessed' });
      const material = await readMaterial(postgres, viewer, id);
      if (material === undefined) throw notFound('material');
      reply.header('location', `/v1/materials/${id}`);
      return reply.code(isBegun ? 202 : 200).send(material);
    },
  );
}
