import type { Store } from '@lectern/db/open';
import { usedBytes } from '@lectern/db/postgres/storage-use';
import { Type } from 'typebox';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { IdParams } from './shapes.ts';

const StorageShape = Type.Object({
  usedBytes: Type.Integer({ description: 'with what is held for uploads that are under way' }),
  limitBytes: Type.Union([Type.Integer(), Type.Null()], { description: 'null for no limit' }),
});

const tags = ['Materials'];

/** How much files take, and how much they may. */
export function routeStorage(
  app: App,
  { postgres, config }: Pick<Store, 'postgres' | 'config'>,
): void {
  async function describe(id: string, limitBytes: number | undefined) {
    return { usedBytes: await usedBytes(postgres, id), limitBytes: limitBytes ?? null };
  }

  app.get(
    '/v1/me/storage',
    {
      config: { access: 'profile.read' },
      schema: { tags, summary: 'How much do my files take?', response: { 200: StorageShape } },
    },
    (request) => describe(viewerOf(request).id, config.userQuotaBytes),
  );

  app.get(
    '/v1/courses/:id/storage',
    {
      config: { access: 'material.add' },
      schema: {
        tags,
        summary: 'How much do the files of a course take?',
        params: IdParams,
        response: { 200: StorageShape },
      },
    },
    async (request) => {
      const wanted = { id: request.params.id, permission: 'material.add' } as const;
      const { id } = await getCourse(postgres, viewerOf(request), wanted);
      return describe(id, config.courseQuotaBytes);
    },
  );
}
