import type { Store } from '@lectern/db/open';
import { holdDocument } from '@lectern/db/postgres/documents';
import { insertSnapshot } from '@lectern/db/postgres/insert-snapshot';
import {
  countManualSnapshots,
  findSnapshotText,
  getSnapshot,
  listSnapshots,
} from '@lectern/db/postgres/snapshots';
import { Type } from 'typebox';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import {
  describeSnapshot,
  DiffShape,
  SnapshotParams,
  SnapshotShape,
  SnapshotWithGraph,
  writeSnapshot,
} from './snapshot-shapes.ts';
import {
  cutPage,
  defaultLimit,
  Id,
  IdParams,
  NextCursor,
  PageQuery,
  Passage,
  readCursor,
} from './shapes.ts';

const NewSnapshot = Type.Object({ message: Passage(1_000) }, { additionalProperties: false });
const DiffQuery = Type.Object(
  {
    against: Type.Optional({
      ...Id,
      description: 'a snapshot of the course; without it, the course as it is now',
    }),
  },
  { additionalProperties: false },
);

const tags = ['Snapshots'];
const mostManual = 200;
const json = 'application/json; charset=utf-8';

/** How a course was: kept, looked at, and compared. */
export function routeSnapshots(
  app: App,
  { postgres, documents }: Pick<Store, 'postgres' | 'documents'>,
): void {
  app.post(
    '/v1/courses/:id/snapshots',
    {
      config: { access: 'course.change' },
      schema: {
        tags,
        summary: 'Keep a course as it is now',
        description: `Live edits included. A course keeps at most ${mostManual} of these.`,
        params: IdParams,
        body: NewSnapshot,
        response: { 201: SnapshotShape },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id: courseId } = request.params;
      const may = { id: courseId, permission: 'course.change' } as const;
      await getCourse(postgres, viewer, may);
      const message = request.body.message.normalize('NFC').trim();
      const snapshot = await documents.hold(courseId, (document) =>
        postgres.transaction().execute(async (tx) => {
          if (!(await holdDocument(tx, courseId))) throw notFound('course');
          await getCourse(tx, viewer, may);
          if ((await countManualSnapshots(tx, courseId)) >= mostManual) throw tooMany();
          const checked = await document.ask(tx, { kind: 'check' });
          if (checked === undefined) throw notFound('course');
          const { version, result } = checked;
          const id = await insertSnapshot(tx, {
            courseId,
            version,
            kind: 'manual',
            message,
            graph: result.graph,
            createdBy: viewer.id,
          });
          return getSnapshot(tx, { courseId, id });
        }),
      );
      reply.code(201).header('location', `/v1/courses/${courseId}/snapshots/${snapshot.id}`);
      return describeSnapshot(snapshot);
    },
  );

  app.get(
    '/v1/courses/:id/snapshots',
    {
      config: { access: 'course.review' },
      schema: {
        tags,
        summary: 'List the snapshots of a course',
        description:
          'Newest first, without their graphs. Automatic ones and those of reverts are thinned out as they age.',
        params: IdParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: {
          200: Type.Object({ items: Type.Array(SnapshotShape), nextCursor: NextCursor }),
        },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor } = request.query;
      const course = { id: request.params.id, permission: 'course.review' } as const;
      const { id: courseId } = await getCourse(postgres, viewerOf(request), course);
      const filter = { courseId, after: readCursor(cursor), limit: limit + 1 };
      const { page, nextCursor } = cutPage(await listSnapshots(postgres, filter), limit);
      return { items: page.map(describeSnapshot), nextCursor };
    },
  );

  app.get(
    '/v1/courses/:id/snapshots/:sid',
    {
      config: { access: 'course.review' },
      schema: {
        tags,
        summary: 'Read a snapshot',
        description: 'With the graph of the course as it was, right answers of quizzes included.',
        params: SnapshotParams,
        response: { 200: SnapshotWithGraph },
      },
      serializerCompiler: () => String,
    },
    async (request, reply) => {
      const { id, sid } = request.params;
      await getCourse(postgres, viewerOf(request), { id, permission: 'course.review' });
      const text = writeSnapshot(await getText(id, sid));
      return reply.header('content-type', json).send(text);
    },
  );

  app.get(
    '/v1/courses/:id/snapshots/:sid/diff',
    {
      config: { access: 'course.review' },
      schema: {
        tags,
        summary: 'See what became of a course since a snapshot',
        description:
          'From the snapshot to `against`: what was added, removed and changed after it. The equal and deleted runs of `words` are the text before, the equal and inserted ones that after.',
        params: SnapshotParams,
        querystring: DiffQuery,
        response: { 200: DiffShape },
      },
      serializerCompiler: () => String,
    },
    async (request, reply) => {
      const { id, sid } = request.params;
      const { against } = request.query;
      await getCourse(postgres, viewerOf(request), { id, permission: 'course.review' });
      const { graph: before } = await getText(id, sid);
      const diff =
        against === undefined
          ? await diffWithNow(id, before)
          : await documents.diff({ before, after: (await getText(id, against)).graph });
      return reply.header('content-type', json).send(diff);
    },
  );

  async function getText(courseId: string, id: string) {
    const snapshot = await findSnapshotText(postgres, { courseId, id });
    if (snapshot === undefined) throw notFound('snapshot');
    return snapshot;
  }

  async function diffWithNow(courseId: string, before: string): Promise<string> {
    const found = await documents.hold(courseId, (document) =>
      document.ask(postgres, { kind: 'diff', before }),
    );
    if (found === undefined) throw notFound('course');
    return found.result;
  }
}

function tooMany(): Problem {
  const detail = `The course has ${mostManual} snapshots that people made, which is as many as are kept of one course. Automatic ones are made all the same, and so are those of publishing and reverting.`;
  return new Problem({ status: 409, code: 'too_many_snapshots', detail });
}
