import type { Store } from '@lectern/db/open';
import type { App } from '../app.ts';
import { authorOf } from '../access/author.ts';
import { getMaterial } from '../materials/get-material.ts';
import { RemovalReceipt, removeWithReceipt } from '../materials/remove-material.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { IdParams } from './shapes.ts';

const permission = 'material.remove';

/** The end of a material. */
export function routeMaterialRemoval(
  app: App,
  store: Pick<Store, 'postgres' | 'objects' | 'bus'>,
): void {
  app.delete(
    '/v1/materials/:id',
    {
      config: { access: permission },
      schema: {
        tags: ['Materials'],
        summary: 'Delete a material',
        description:
          'At once and for good: nothing of it is found or read any more, work on it ends, and a worker removes its files. The answer is the receipt of what went.',
        params: IdParams,
        response: { 200: RemovalReceipt },
      },
    },
    async (request) => {
      const { id } = request.params;
      const material = await getMaterial(store.postgres, viewerOf(request), { id, permission });
      return removeWithReceipt(store, material, authorOf(request));
    },
  );
}
