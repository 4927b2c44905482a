import type { Conflict, EditTask } from '@lectern/db/graph/document-tasks';
import type { OpFault } from '@lectern/db/graph/edit-graph';
import { Op } from '@lectern/db/graph/ops';
import { elementKey } from '@lectern/db/graph/change-book';
import { mayInCourse } from '@lectern/db/access/permissions';
import { standingIn } from '@lectern/db/postgres/courses';
import { findDocumentVersion } from '@lectern/db/postgres/documents';
import type { Store } from '@lectern/db/open';
import { listFieldVersions } from '@lectern/db/postgres/graph-changes';
import { Type } from 'typebox';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { holdsTag } from '../files/holds-tag.ts';
import { changeDocument } from '../live/change-document.ts';
import type { Rooms } from '../live/rooms.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { FaultShape, GraphShape } from './graph-shapes.ts';
import { IdParams } from './shapes.ts';

const Edits = Type.Object(
  {
    ops: Type.Array(Op, { minItems: 1, maxItems: 500 }),
    baseVersion: Type.Optional(
      Type.Integer({ minimum: 0, description: 'the version that the edits were made on' }),
    ),
  },
  { additionalProperties: false },
);

const tags = ['Courses'];
/** A graph of one version never changes; it is forgotten when nobody reads it. */
const cachedMs = 60_000;

/** The graph of a course: read, edited, and looked at for faults. */
export function routeGraph(app: App, store: Store, rooms: Rooms): void {
  const { postgres, documents, cache } = store;

  app.get(
    '/v1/courses/:id/graph',
    {
      config: { access: 'course.read' },
      schema: {
        tags,
        summary: 'Read the graph of a course',
        description:
          'As it is now, live edits included. With an `ETag`. Right answers of quizzes are left out for learners.',
        params: IdParams,
        response: { 200: GraphShape, 304: Type.Null({ description: 'It has not changed.' }) },
      },
      // It comes as text from where it was read; a second look at each node would cost more than the reading.
      serializerCompiler: () => (text) => String(text),
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      const course = await getCourse(postgres, viewer, { id, permission: 'course.read' });
      const hideAnswers = !mayInCourse(viewer, 'course.review', standingIn(course));
      const audience = hideAnswers ? 'learner' : 'author';
      const version = await findDocumentVersion(postgres, id);
      const tag = `"${version}-${audience}"`;
      reply.header('etag', tag).header('content-type', 'application/json; charset=utf-8');
      if (holdsTag(request.headers['if-none-match'], tag)) return reply.code(304).send(null);
      const read = await cache.remember(`graph:${id}:${version}:${audience}`, cachedMs, () =>
        documents.hold(id, (document) => document.ask(postgres, { kind: 'read', hideAnswers })),
      );
      if (read === undefined) throw notFound('course');
      // Somebody edited in between: what was read is newer than the version that was asked for.
      reply.header('etag', `"${read.version}-${audience}"`);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON of this shape, as text
      return reply.send(read.result as never);
    },
  );

  app.get(
    '/v1/courses/:id/faults',
    {
      config: { access: 'course.review' },
      schema: {
        tags,
        summary: 'What keeps a course from being published',
        params: IdParams,
        response: {
          200: Type.Object({ version: Type.Integer(), items: Type.Array(FaultShape) }),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      await getCourse(postgres, viewerOf(request), { id, permission: 'course.review' });
      const checked = await documents.hold(id, (document) =>
        document.ask(postgres, { kind: 'check' }),
      );
      if (checked === undefined) throw notFound('course');
      return { version: checked.version, items: [...checked.result.faults] };
    },
  );

  app.post(
    '/v1/courses/:id/edits',
    {
      config: { access: 'course.change' },
      schema: {
        tags,
        summary: 'Edit the graph of a course',
        description:
          'All ops or none. They arrive at whoever has the course open. With a `baseVersion` that is behind, ops that touch what changed since are refused: 409 has the `conflicts`. Removing a node removes its edges.',
        params: IdParams,
        body: Edits,
        response: {
          200: Type.Object({
            version: Type.Integer(),
            applied: Type.Array(Type.String(), { description: 'the ids, in the order of the ops' }),
          }),
        },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      const { ops, baseVersion } = request.body;
      await getCourse(postgres, viewer, { id, permission: 'course.change' });
      const change = { courseId: id, userId: viewer.id };
      const { version, result } = await changeDocument(
        { postgres, documents, rooms },
        {
          ...change,
          decide: async (tx, document) => {
            const elements = ops.flatMap(elementOf);
            const task: EditTask =
              baseVersion === undefined
                ? { kind: 'edit', ops }
                : {
                    kind: 'edit',
                    ops,
                    baseVersion,
                    changed: await listFieldVersions(tx, { courseId: id, elements, baseVersion }),
                  };
            const edited = await document.ask(tx, task);
            if (edited === undefined) throw notFound('course');
            const { result: outcome } = edited;
            if (outcome.outcome === 'refused') throw editInvalid(outcome.faults);
            if (outcome.outcome === 'conflict')
              throw editConflict(outcome.conflicts, edited.version);
            return { update: outcome.update, result: [...outcome.applied] };
          },
        },
      );
      return { version: version ?? 0, applied: result };
    },
  );
}

function elementOf(op: Op): string[] {
  const [kind] = op.op.split('.');
  const id = 'id' in op ? op.id : 'node' in op ? op.node.id : op.edge.id;
  return id === undefined ? [] : [elementKey(kind === 'node' ? 'node' : 'edge', id)];
}

function editInvalid(faults: readonly OpFault[]): Problem {
  const errors = faults.map(({ index, field, message }) => {
    return { path: `body.ops.${index}.${field}`, message };
  });
  const [first] = errors;
  return new Problem({
    status: 422,
    code: 'edit_invalid',
    detail: `Nothing was changed: ${first?.path} ${first?.message}.`,
    errors,
  });
}

function editConflict(conflicts: readonly Conflict[], version: number): Problem {
  return new Problem({
    status: 409,
    code: 'edit_conflict',
    detail:
      'Nothing was changed: somebody changed the same things since the version you edited. `conflicts` has what they are now.',
    errors: conflicts.map(({ index, field }) => {
      return { path: `body.ops.${index}`, message: `the ${field || 'element'} was changed since` };
    }),
    members: { version, conflicts },
  });
}
