import { copyCourseFiles } from '@lectern/db/jobs/course';
import type { Store } from '@lectern/db/open';
import { nameCopiedMaterials } from '@lectern/db/postgres/copied-files';
import { findCourse } from '@lectern/db/postgres/courses';
import { appendUpdates, copyAnswersMark } from '@lectern/db/postgres/documents';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { insertFilledCourse } from '@lectern/db/postgres/filled-course';
import { newId } from '@lectern/db/postgres/new-id';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { CourseShape, describeCourse, tagOf } from './courses.ts';
import { IdParams, Line } from './shapes.ts';

const Wanted = Type.Union([
  Type.Object({ title: Type.Optional(Line(200)) }, { additionalProperties: false }),
  Type.Null(),
]);
const permission = 'course.duplicate';
const mostTitle = 200;

/** A course that begins as a copy of another. */
export function routeDuplicating(
  app: App,
  { postgres, documents }: Pick<Store, 'postgres' | 'documents'>,
): void {
  app.post(
    '/v1/courses/:id/duplicate',
    {
      config: { access: permission },
      schema: {
        tags: ['Courses'],
        summary: 'Duplicate a course',
        description:
          'The copy is a private draft of whoever asks, with the graph as it is now and the files, which a worker copies: they come to its materials one after the other. Members, comments and history stay with the original.',
        params: IdParams,
        body: Wanted,
        response: { 201: CourseShape },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id: fromCourseId } = request.params;
      const courseId = request.holding?.resourceId ?? newId();
      const copying = { courseId, fromCourseId };
      const duplicate = await documents.hold(fromCourseId, (document) =>
        postgres.transaction().execute(async (tx) => {
          const original = await getCourse(tx, viewer, { id: fromCourseId, permission });
          const { description, language, level, tags } = original;
          const title = request.body?.title ?? nameCopy(original.title);
          const fields = { id: courseId, ownerId: viewer.id, title, description, language };
          const making = { author: authorOf(request), origin: { duplicateOf: fromCourseId } };
          if (await insertFilledCourse(tx, { ...fields, level, tags }, making)) {
            const renamed = await nameCopiedMaterials(tx, copying);
            const copied = await document.ask(tx, { kind: 'copy', renamed });
            if (copied === undefined) throw notFound('course');
            await appendUpdates(tx, courseId, [{ data: copied.result, userId: viewer.id }]);
            await copyAnswersMark(tx, copying);
            const meta = { subject: courseId, owner: viewer.id, requestId: request.id };
            if (renamed.size > 0) await enqueue(tx, copyCourseFiles, copying, meta);
          }
          return findCourse(tx, viewer, courseId);
        }),
      );
      if (duplicate === undefined) throw notFound('course');
      reply.code(201).header('location', `/v1/courses/${courseId}`);
      reply.header('etag', tagOf(duplicate));
      return describeCourse(duplicate);
    },
  );
}

function nameCopy(title: string): string {
  const ending = ' (copy)';
  const start = title.slice(0, mostTitle - ending.length).replace(/\p{Surrogate}$/u, '');
  return `${start}${ending}`;
}
