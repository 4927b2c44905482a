import type { Store } from '@lectern/db/open';
import { removeCourse, restoreCourse, updateCourse } from '@lectern/db/postgres/course-life';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { CourseShape, describeCourse, Language, tagOf, versionOf, Visibility } from './courses.ts';
import { IdParams, Line } from './shapes.ts';

const Change = Type.Object(
  {
    title: Type.Optional(Line(200)),
    description: Type.Optional(Type.String({ maxLength: 10_000 })),
    language: Type.Optional(Language),
    level: Type.Optional(Type.Union([Line(50), Type.Null()])),
    tags: Type.Optional(Type.Array(Line(50), { maxItems: 20 })),
    visibility: Type.Optional(Visibility),
  },
  { additionalProperties: false },
);

const tags = ['Courses'];

/** What becomes of a course: it is changed, put away and brought back. */
export function routeCourseLife(
  app: App,
  { postgres, bus }: Pick<Store, 'postgres' | 'bus'>,
): void {
  /** Whoever watches the course hears of it; the row says so already. */
  function announce(courseId: string, event: string): void {
    bus.publish(`subject:${courseId}`, JSON.stringify({ event })).catch(() => undefined);
  }

  app.patch(
    '/v1/courses/:id',
    {
      config: { access: 'course.change' },
      schema: {
        tags,
        summary: 'Change a course',
        description:
          'Only the fields that are sent. Needs `If-Match` with the `ETag` that was read; when the course was changed since, 412 has it in `current`.',
        params: IdParams,
        body: Change,
        response: { 200: CourseShape },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      await getCourse(postgres, viewer, { id, permission: 'course.change' });
      const versions = readVersions(request.headers['if-match']);
      const by = { viewer, author: authorOf(request) };
      const update = { id, versions, change: request.body };
      const answer = await postgres.transaction().execute((tx) => updateCourse(tx, by, update));
      if (answer.outcome === 'gone') throw notFound('course');
      reply.header('etag', tagOf(answer.course));
      if (answer.outcome === 'stale') throw conflict(describeCourse(answer.course));
      announce(id, 'course.updated');
      return describeCourse(answer.course);
    },
  );

  app.delete(
    '/v1/courses/:id',
    {
      config: { access: 'course.delete' },
      schema: {
        tags,
        summary: 'Delete a course',
        description: 'It is kept for 30 days; `POST /v1/courses/:id/restore` brings it back.',
        params: IdParams,
        response: { 204: Type.Null({ description: 'Nobody sees it any more.' }) },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id } = request.params;
      await getCourse(postgres, viewer, { id, permission: 'course.delete' });
      const by = { viewer, author: authorOf(request) };
      const isGone = await postgres.transaction().execute((tx) => removeCourse(tx, by, id));
      if (!isGone) throw notFound('course');
      announce(id, 'course.deleted');
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/courses/:id/restore',
    {
      config: { access: 'course.delete' },
      schema: {
        tags,
        summary: 'Bring a deleted course back',
        description: 'For its owners, within 30 days.',
        params: IdParams,
        response: { 200: CourseShape },
      },
    },
    async (request, reply) => {
      const by = { viewer: viewerOf(request), author: authorOf(request) };
      const { id } = request.params;
      const course = await postgres.transaction().execute((tx) => restoreCourse(tx, by, id));
      if (course === undefined) throw notFound('deleted course');
      announce(id, 'course.restored');
      reply.header('etag', tagOf(course));
      return describeCourse(course);
    },
  );
}

/** The versions that the asker takes; undefined for whichever it is. */
function readVersions(header: string | undefined): readonly number[] | undefined {
  if (header === undefined) {
    throw new Problem({
      status: 428,
      code: 'if_match_missing',
      detail: 'Send `If-Match` with the `ETag` of the course as you read it.',
    });
  }
  if (header.trim() === '*') return undefined;
  return header.split(',').map(versionOf);
}

function conflict(current: ReturnType<typeof describeCourse>): Problem {
  return new Problem({
    status: 412,
    code: 'version_conflict',
    detail: 'Somebody changed the course since you read it. `current` is what it is now.',
    members: { current },
  });
}
