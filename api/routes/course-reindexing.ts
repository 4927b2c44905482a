import { reindexCourse } from '@lectern/db/jobs/course';
import type { Store } from '@lectern/db/open';
import { beginReindex, findReindex } from '@lectern/db/postgres/reindexing';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { CourseShape, describeCourse, tagOf } from './courses.ts';
import { IdParams } from './shapes.ts';

const permission = 'course.change';

/** All of a course's texts into the index once more. */
export function routeCourseReindexing(
  app: App,
  { postgres, bus }: Pick<Store, 'postgres' | 'bus'>,
): void {
  app.post(
    '/v1/courses/:id/reindex',
    {
      config: { access: permission },
      schema: {
        tags: ['Courses'],
        summary: 'Index a course anew',
        description:
          'A worker takes its materials one after the other, then its nodes; what was found before is found until the new is there. `reindex` of the course shows how far it is, and `/v1/live` tells it. One that is under way goes on, and no second is begun.',
        params: IdParams,
        response: { 202: CourseShape },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const course = await getCourse(postgres, viewerOf(request), { id, permission });
      const isBegun = await postgres
        .transaction()
        .execute((tx) => beginReindex(tx, id, authorOf(request)));
      if (isBegun === undefined) throw notFound('course');
      if (isBegun) {
        const news = { job: reindexCourse.name, stage: 'reindex', state: 'queued', progress: 0 };
        bus.publish(`subject:${id}`, JSON.stringify(news)).catch(() => undefined);
      }
      const reindex = await findReindex(postgres, id);
      reply.code(202).header('location', `/v1/courses/${id}`);
      reply.header('etag', tagOf(course, reindex));
      return describeCourse(course, reindex);
    },
  );
}
