import type { Fault } from '@lectern/db/graph/graph';
import type { Store } from '@lectern/db/open';
import { setCourseStatus } from '@lectern/db/postgres/course-life';
import { holdDocument } from '@lectern/db/postgres/documents';
import { insertSnapshot } from '@lectern/db/postgres/insert-snapshot';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { CourseShape, describeCourse, tagOf } from './courses.ts';
import { IdParams } from './shapes.ts';

const tags = ['Courses'];

/** Whether learners see a course. */
export function routePublishing(
  app: App,
  { postgres, documents, bus }: Pick<Store, 'postgres' | 'documents' | 'bus'>,
): void {
  const announce = (courseId: string, event: string) => {
    bus.publish(`subject:${courseId}`, JSON.stringify({ event })).catch(() => undefined);
  };

  app.post(
    '/v1/courses/:id/publish',
    {
      config: { access: 'course.change' },
      schema: {
        tags,
        summary: 'Publish a course',
        description:
          'Refuses a graph with faults: 422 has every one in `errors`. How the course was then is kept as a snapshot.',
        params: IdParams,
        response: { 200: CourseShape },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      await getCourse(postgres, viewer, { id, permission: 'course.change' });
      const by = { viewer, author: authorOf(request) };
      const course = await documents.hold(id, (document) =>
        postgres.transaction().execute(async (tx) => {
          if (!(await holdDocument(tx, id))) throw notFound('course');
          const checked = await document.ask(tx, { kind: 'check' });
          if (checked === undefined) throw notFound('course');
          const { graph, faults } = checked.result;
          if (faults.length > 0) throw graphInvalid(faults);
          const changed = await setCourseStatus(tx, by, { id, status: 'published' });
          if (changed === undefined) throw notFound('course');
          const { version } = checked;
          const snapshot = { courseId: id, version, graph, createdBy: viewer.id } as const;
          if (changed.isNew) {
            await insertSnapshot(tx, { ...snapshot, kind: 'published', message: 'Published' });
          }
          return changed.course;
        }),
      );
      announce(id, 'course.published');
      reply.header('etag', tagOf(course));
      return describeCourse(course);
    },
  );

  app.post(
    '/v1/courses/:id/unpublish',
    {
      config: { access: 'course.change' },
      schema: {
        tags,
        summary: 'Take a course back',
        description: 'Only its members see it then.',
        params: IdParams,
        response: { 200: CourseShape },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      await getCourse(postgres, viewer, { id, permission: 'course.change' });
      const by = { viewer, author: authorOf(request) };
      const changed = await postgres
        .transaction()
        .execute((tx) => setCourseStatus(tx, by, { id, status: 'draft' }));
      if (changed === undefined) throw notFound('course');
      announce(id, 'course.unpublished');
      reply.header('etag', tagOf(changed.course));
      return describeCourse(changed.course);
    },
  );
}

function graphInvalid(faults: readonly Fault[]): Problem {
  const [first] = faults;
  const more = faults.length > 1 ? ` And ${faults.length - 1} more.` : '';
  return new Problem({
    status: 422,
    code: 'graph_invalid',
    detail: `The course was not published. ${first?.message}${more}`,
    errors: faults,
  });
}
