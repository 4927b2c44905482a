import { MaterialStatus } from '@lectern/db/materials/describe-stages';
import type { Store } from '@lectern/db/open';
import { findCourse } from '@lectern/db/postgres/courses';
import { listMaterials } from '@lectern/db/postgres/materials';
import type { Viewer } from '@lectern/db/access/viewer';
import { type Static, Type } from 'typebox';
import type { App } from '../app.ts';
import {
  type MaterialDocument,
  MaterialKind,
  MaterialShape,
} from '../materials/describe-material.ts';
import { describeMaterials, readMaterial } from '../materials/read-material.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import {
  defaultLimit,
  IdParams,
  NextCursor,
  PageQuery,
  readCursor,
  writeCursor,
} from './shapes.ts';

const MaterialQuery = Type.Object(
  { ...PageQuery, status: Type.Optional(MaterialStatus), kind: Type.Optional(MaterialKind) },
  { additionalProperties: false },
);

const tags = ['Materials'];

export function routeMaterials(app: App, { postgres }: Pick<Store, 'postgres'>): void {
  app.get(
    '/v1/courses/:id/materials',
    {
      config: { access: 'material.read' },
      schema: {
        tags,
        summary: "List a course's materials",
        description: 'Newest first. With `status` a page may hold fewer than `limit`.',
        params: IdParams,
        querystring: MaterialQuery,
        response: {
          200: Type.Object({ items: Type.Array(MaterialShape), nextCursor: NextCursor }),
        },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const course = await findCourse(postgres, viewer, request.params.id);
      if (course === undefined) throw notFound('course');
      return listPage(viewer, course.id, request.query);
    },
  );

  app.get(
    '/v1/materials/:id',
    {
      config: { access: 'material.read' },
      schema: {
        tags,
        summary: 'Read a material',
        description: 'Its stages show how far the work on it is.',
        params: IdParams,
        response: { 200: MaterialShape },
      },
    },
    async (request) => {
      const material = await readMaterial(postgres, viewerOf(request), request.params.id);
      if (material === undefined) throw notFound('material');
      return material;
    },
  );

  /** The status follows from the runs, so it is looked at after reading; some rows may be read in vain. */
  async function listPage(
    viewer: Viewer,
    courseId: string,
    { limit = defaultLimit, cursor, status, kind }: Static<typeof MaterialQuery>,
  ) {
    const items: MaterialDocument[] = [];
    let after = readCursor(cursor);
    for (let reads = 0; reads < mostReads; reads++) {
      const rows = await listMaterials(postgres, viewer, {
        courseId,
        after,
        kind,
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      for (const item of await describeMaterials(postgres, page)) {
        if (status !== undefined && item.status !== status) continue;
        items.push(item);
        if (items.length < limit) continue;
        const isLast = item.id === page.at(-1)?.id && rows.length <= limit;
        return { items, nextCursor: isLast ? null : writeCursor(item.id) };
      }
      if (rows.length <= limit) return { items, nextCursor: null };
      after = page.at(-1)?.id;
    }
    return { items, nextCursor: after === undefined ? null : writeCursor(after) };
  }
}

/** Pages that are looked through for one status before the cursor is handed back. */
const mostReads = 10;
