import { writeAudit } from '@lectern/db/postgres/audit';
import { insertSnapshot } from '@lectern/db/postgres/insert-snapshot';
import { findSnapshotGraph } from '@lectern/db/postgres/snapshots';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { changeDocument, type DocumentParts } from '../live/change-document.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { SnapshotParams } from './snapshot-shapes.ts';
import { Id } from './shapes.ts';

/** A course as it once was: an edit like any other, which can be taken back like any other. */
export function routeReverting(app: App, parts: DocumentParts): void {
  const { postgres } = parts;

  app.post(
    '/v1/courses/:id/snapshots/:sid/revert',
    {
      config: { access: 'course.change' },
      schema: {
        tags: ['Snapshots'],
        summary: 'Revert a course to a snapshot',
        description:
          'Everybody who has the course open sees it; what they write from then on stays. The course as it was before is kept as a snapshot of kind `reverted`: to take the revert back, revert to that. Where the course says the same already, nothing is changed or kept.',
        params: SnapshotParams,
        response: {
          200: Type.Object({
            version: Type.Integer(),
            snapshotId: {
              ...Id,
              description:
                'the snapshot of how it was before; where nothing changed, that of the address',
            },
          }),
        },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { id: courseId, sid } = request.params;
      const may = { id: courseId, permission: 'course.change' } as const;
      await getCourse(postgres, viewer, may);
      const { version, result } = await changeDocument(parts, {
        courseId,
        userId: viewer.id,
        decide: async (tx, document) => {
          await getCourse(tx, viewer, may);
          const wanted = await findSnapshotGraph(tx, { courseId, id: sid });
          if (wanted === undefined) throw notFound('snapshot');
          const now = await document.ask(tx, { kind: 'check' });
          const rewritten = await document.ask(tx, { kind: 'rewrite', graph: wanted.graph });
          if (now === undefined || rewritten === undefined) throw notFound('course');
          const before = { version: now.version, snapshotId: sid };
          if (rewritten.result === undefined) return { result: before };
          const snapshotId = await insertSnapshot(tx, {
            courseId,
            version: now.version,
            kind: 'reverted',
            message: `Before the revert to version ${wanted.version}`,
            graph: now.result.graph,
            createdBy: viewer.id,
          });
          await writeAudit(tx, authorOf(request), {
            action: 'course.revert',
            subject: { type: 'course', id: courseId },
            before: { version: now.version, snapshotId },
            after: { snapshotId: sid },
          });
          return { update: rewritten.result, result: { ...before, snapshotId } };
        },
      });
      return { ...result, version: version ?? result.version };
    },
  );
}
