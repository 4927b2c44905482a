import multipart from '@fastify/multipart';
import { importCourse } from '@lectern/db/jobs/course';
import { ImportReport } from '@lectern/db/jobs/import-report';
import type { Store } from '@lectern/db/open';
import {
  type CourseImport,
  findCourseImport,
  insertCourseImport,
} from '@lectern/db/postgres/course-imports';
import { newId } from '@lectern/db/postgres/new-id';
import { listRunsOfSubject } from '@lectern/db/postgres/runs';
import { lockUser } from '@lectern/db/postgres/users';
import { type Static, Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { mostImportBytes, receiveImport, removeImport } from '../imports/receive-import.ts';
import { formOptions } from '../materials/read-form.ts';
import { answerUploadAgain } from '../plugins/idempotency.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, unauthenticated } from '../problems/problem.ts';
import { Id, IdParams, Instant } from './shapes.ts';
import { describeWork, WorkError, WorkStatus } from './work-status.ts';

const ImportShape = Type.Object({
  id: Id,
  fileName: Type.String(),
  size: Type.Integer({ description: 'bytes' }),
  status: WorkStatus,
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  error: Type.Optional(WorkError),
  createdAt: Instant,
  finishedAt: Type.Optional(Instant),
  courses: Type.Optional(Type.Array(Id, { description: 'the courses that were made' })),
  report: Type.Optional(ImportReport),
});

const tags = ['Courses'];

/** Courses made of a file: one that was exported, an outline in Markdown, or what an older tool kept. */
export async function routeCourseImports(app: App, store: Store): Promise<void> {
  const { postgres, objects, log, config } = store;

  // In a scope of its own: the body goes to the object store, whatever its type, and is read later.
  await app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(['application/json', 'text/markdown'], async () => undefined);
    await scope.register(multipart, formOptions({ maxUploadBytes: mostImportBytes }));
    scope.post(
      '/v1/courses/import',
      {
        config: { access: 'course.create', limit: 'upload' },
        schema: {
          tags,
          summary: 'Make courses of a file',
          description:
            'One file of at most 256 MB as `multipart/form-data`, or the body itself: an export of Lectern, an outline in Markdown (`# course`, `## section`, `### lesson`), or the list of courses that an older tool kept in the browser. A worker reads it; the courses are private drafts of whoever brought it.',
          consumes: ['multipart/form-data', 'application/json', 'text/markdown'],
          response: { 202: ImportShape },
        },
      },
      async (request, reply) => {
        const { id: userId } = viewerOf(request);
        const id = request.holding?.resourceId ?? newId();
        const accept = async (made: CourseImport) => {
          reply.code(202).header('location', `/v1/imports/${made.id}`);
          return reply.send(await describe(made));
        };
        const known = await findCourseImport(postgres, { userId, importId: id });
        if (known !== undefined) return accept(known);

        const about = { objects, log: request.log, config, id, userId };
        const received = await receiveImport(request, about);
        const { objectKey, fileName, sizeBytes } = received;
        request.uploadHash = `${received.sha256} ${fileName}`;
        if (request.answered !== undefined) {
          await removeImport(objectKey, { objects, log });
          return answerUploadAgain(reply, request.answered, request.uploadHash);
        }
        const made = await postgres.transaction().execute(async (tx) => {
          if ((await lockUser(tx, userId)) === undefined) return undefined;
          return insertCourseImport(tx, { id, userId, fileName, sizeBytes }, authorOf(request));
        });
        if (made !== undefined) return accept(made);
        await removeImport(objectKey, { objects, log });
        throw unauthenticated();
      },
    );
  });

  app.get(
    '/v1/imports/:id',
    {
      config: { access: 'job.read' },
      schema: {
        tags,
        summary: 'How far an import is, and what came of it',
        description: 'For whoever brought the file.',
        params: IdParams,
        response: { 200: ImportShape },
      },
    },
    async (request) => {
      const key = { userId: viewerOf(request).id, importId: request.params.id };
      const found = await findCourseImport(postgres, key);
      if (found === undefined) throw notFound('import');
      return describe(found);
    },
  );

  async function describe(row: CourseImport): Promise<Static<typeof ImportShape>> {
    const runs = await listRunsOfSubject(postgres, row.id);
    const run = runs.findLast(({ job }) => job === importCourse.name);
    return {
      id: row.id,
      fileName: row.file_name,
      size: row.size_bytes,
      ...describeWork(run, row.finished_at !== null),
      createdAt: row.created_at.toISOString(),
      ...(row.finished_at !== null && { finishedAt: row.finished_at.toISOString() }),
      ...(row.report !== null && { courses: row.report.courses, report: row.report }),
    };
  }
}
