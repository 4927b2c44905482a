import { ElementId } from '@lectern/db/graph/ops';
import type { Store } from '@lectern/db/open';
import { type HistoryEntry, type HistoryFilter, listHistory } from '@lectern/db/postgres/history';
import { type Static, Type } from 'typebox';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { invalidRequest } from '../problems/problem.ts';
import {
  cutPage,
  defaultLimit,
  Id,
  IdParams,
  Instant,
  NextCursor,
  PageQuery,
  readCursor,
} from './shapes.ts';

const EntryShape = Type.Object({
  id: Id,
  user: Type.Union([Type.Object({ id: Id, name: Type.String() }), Type.Null()], {
    description: 'null when the account is gone',
  }),
  target: Type.Object({
    kind: Type.Enum(['node', 'edge']),
    id: Type.String(),
    title: Type.String({ description: 'of an edge, the titles of its ends' }),
  }),
  action: Type.Enum(['added', 'changed', 'removed']),
  changes: Type.Record(
    Type.String(),
    Type.Object({ before: Type.Optional(Type.Unknown()), after: Type.Optional(Type.Unknown()) }),
    { description: 'by field; with what it held where that is a short text' },
  ),
  fromVersion: Type.Integer(),
  toVersion: Type.Integer(),
  startedAt: Instant,
  endedAt: Instant,
});

const HistoryQuery = Type.Object(
  { ...PageQuery, nodeId: Type.Optional(ElementId), edgeId: Type.Optional(ElementId) },
  { additionalProperties: false },
);

export function routeHistory(app: App, { postgres }: Pick<Store, 'postgres'>): void {
  app.get(
    '/v1/courses/:id/history',
    {
      config: { access: 'course.review' },
      schema: {
        tags: ['Courses'],
        summary: 'Who changed what in a course, and when',
        description:
          'Newest first, by when an entry began. What one person changes in one node or edge with less than five minutes between is one entry. An edit is here a second or so after it was made.',
        params: IdParams,
        querystring: HistoryQuery,
        response: { 200: Type.Object({ items: Type.Array(EntryShape), nextCursor: NextCursor }) },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor } = request.query;
      const element = readElement(request.query);
      const course = { id: request.params.id, permission: 'course.review' } as const;
      const { id: courseId } = await getCourse(postgres, viewerOf(request), course);
      const filter = { courseId, element, after: readCursor(cursor), limit: limit + 1 };
      const { page, nextCursor } = cutPage(await listHistory(postgres, filter), limit);
      return { items: page.map(describeEntry), nextCursor };
    },
  );
}

function readElement({
  nodeId,
  edgeId,
}: Pick<Static<typeof HistoryQuery>, 'nodeId' | 'edgeId'>): HistoryFilter['element'] {
  if (nodeId !== undefined && edgeId !== undefined) {
    throw invalidRequest([{ path: 'query.edgeId', message: 'cannot stand with nodeId' }]);
  }
  if (nodeId !== undefined) return { kind: 'node', id: nodeId };
  return edgeId === undefined ? undefined : { kind: 'edge', id: edgeId };
}

function describeEntry(entry: HistoryEntry): Static<typeof EntryShape> {
  const { id, user, kind, element_id, title, action, changes } = entry;
  return {
    id,
    user,
    target: { kind, id: element_id, title },
    action,
    changes,
    fromVersion: entry.from_version,
    toVersion: entry.to_version,
    startedAt: entry.started_at.toISOString(),
    endedAt: entry.ended_at.toISOString(),
  };
}
