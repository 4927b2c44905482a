import { MaterialStatus } from '@lectern/db/materials/describe-stages';
import { tellOfMaterial } from '@lectern/db/bus/tell-of-material';
import type { Store } from '@lectern/db/open';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { changeMany } from '../materials/change-many.ts';
import { MaterialKind } from '../materials/describe-material.ts';
import { removeWithReceipt } from '../materials/remove-material.ts';
import { reprocessMaterial } from '../materials/reprocess-material.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { invalidRequest, Problem } from '../problems/problem.ts';
import { OnlyShape } from './material-reprocessing.ts';
import { Id, IdParams, NextCursor, readCursor, writeCursor } from './shapes.ts';

const Filter = Type.Object(
  {
    status: Type.Optional(MaterialStatus),
    kind: Type.Optional(MaterialKind),
    ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 1_000 })),
  },
  { additionalProperties: false, description: 'materials that fit all of it' },
);
const Wanted = Type.Object(
  {
    action: Type.Enum(['reprocess', 'delete']),
    only: OnlyShape,
    filter: Filter,
    cursor: Type.Optional(
      Type.String({ maxLength: 100, description: '`nextCursor` of the answer before' }),
    ),
  },
  { additionalProperties: false },
);

const Done = Type.Object({
  matched: Type.Integer(),
  done: Type.Integer(),
  refused: Type.Array(Type.Object({ id: Id, code: Type.String(), message: Type.String() })),
  nextCursor: NextCursor,
});

const permissions = { reprocess: 'material.change', delete: 'material.remove' } as const;

/** The same for many materials of a course. */
export function routeMaterialBulk(
  app: App,
  store: Pick<Store, 'postgres' | 'objects' | 'bus'>,
): void {
  const { postgres, bus } = store;

  app.post(
    '/v1/courses/:id/materials/bulk',
    {
      config: { access: 'material.change' },
      schema: {
        tags: ['Materials'],
        summary: 'Work on many materials again, or delete them',
        description:
          'Each is done or refused by itself, newest first. One request does up to a thousand, and no more than fit into some seconds: with a `nextCursor` it goes on when the same is sent with it as `cursor`. What is to be deleted has to be named by a filter.',
        params: IdParams,
        body: Wanted,
        response: { 202: Done },
      },
    },
    async (request, reply) => {
      const { action, only = 'all', filter, cursor } = request.body;
      const viewer = viewerOf(request);
      const author = authorOf(request);
      const permission = permissions[action];
      const { id: courseId } = await getCourse(postgres, viewer, {
        id: request.params.id,
        permission,
      });
      if (action === 'delete' && Object.keys(filter).length === 0) throw unfiltered();
      const after = readCursor(cursor);

      const change = async (id: string) => {
        if (action === 'delete') {
          await removeWithReceipt(store, { id, course_id: courseId }, author);
          return;
        }
        const wanted = { id, only, author };
        const isBegun = await postgres.transaction().execute((tx) => reprocessMaterial(tx, wanted));
        if (!isBegun) throw nothingFailed();
        tellOfMaterial(bus, { id, courseId, event: 'material.reprocessed' });
      };
      const wanted = { courseId, viewer, filter, after };
      const { last, ...changed } = await changeMany(store, wanted, ({ id }) => change(id));
      const nextCursor = last === undefined ? null : writeCursor(last);
      return reply.code(202).send({ ...changed, refused: [...changed.refused], nextCursor });
    },
  );
}

function unfiltered(): Problem {
  const message = 'says nothing of which materials to delete: give a status, a kind or ids';
  return invalidRequest([{ path: 'body.filter', message }]);
}

function nothingFailed(): Problem {
  const detail = 'Nothing of this material had failed.';
  return new Problem({ status: 409, code: 'nothing_failed', detail });
}
