import type { Store } from '@lectern/db/open';
import { type Course, findCourse, insertCourse, listCourses } from '@lectern/db/postgres/courses';
import { newId } from '@lectern/db/postgres/new-id';
import { type Static, Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import {
  CourseRole,
  cutPage,
  defaultLimit,
  Id,
  IdParams,
  Instant,
  Line,
  NextCursor,
  PageQuery,
  readCursor,
} from './shapes.ts';

export const Language = Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', maxLength: 35 });
export const Visibility = Type.Enum(['private', 'public']);
const Status = Type.Enum(['draft', 'published']);

export const CourseShape = Type.Object({
  id: Id,
  ownerId: Id,
  title: Type.String(),
  description: Type.String(),
  language: Type.String(),
  level: Type.Union([Type.String(), Type.Null()]),
  tags: Type.Array(Type.String()),
  visibility: Visibility,
  status: Status,
  myRole: Type.Union([CourseRole, Type.Null()]),
  version: Type.Integer(),
  createdAt: Instant,
  updatedAt: Instant,
});

const NewCourse = Type.Object(
  {
    title: Line(200),
    description: Type.Optional(Type.String({ maxLength: 10_000 })),
    language: Type.Optional(Language),
    level: Type.Optional(Line(50)),
    tags: Type.Optional(Type.Array(Line(50), { maxItems: 20 })),
    visibility: Type.Optional(Visibility),
  },
  { additionalProperties: false },
);

const CourseQuery = Type.Object(
  {
    ...PageQuery,
    q: Type.Optional(Type.String({ maxLength: 200, description: 'a part of the title' })),
    tag: Type.Optional(Type.String({ maxLength: 50 })),
    status: Type.Optional(Status),
    mine: Type.Optional(Type.Boolean({ description: 'only the courses that I own' })),
  },
  { additionalProperties: false },
);

const tags = ['Courses'];

export function routeCourses(app: App, { postgres }: Pick<Store, 'postgres'>): void {
  app.post(
    '/v1/courses',
    {
      config: { access: 'course.create' },
      schema: { tags, summary: 'Make a course', body: NewCourse, response: { 201: CourseShape } },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const id = request.holding?.resourceId ?? newId();
      const course = await insertCourse(postgres, viewer, {
        course: { ...request.body, id },
        author: authorOf(request),
      });
      reply.code(201).header('location', `/v1/courses/${id}`).header('etag', tagOf(course));
      return describeCourse(course);
    },
  );

  app.get(
    '/v1/courses',
    {
      config: { access: 'course.read' },
      schema: {
        tags,
        summary: 'List courses',
        description: 'Those the asker may see, newest first.',
        querystring: CourseQuery,
        response: { 200: Type.Object({ items: Type.Array(CourseShape), nextCursor: NextCursor }) },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor, q, tag, status, mine } = request.query;
      const filter = { after: readCursor(cursor), text: q, tag, status, mine, limit: limit + 1 };
      const courses = await listCourses(postgres, viewerOf(request), filter);
      const { page, nextCursor } = cutPage(courses, limit);
      return { items: page.map(describeCourse), nextCursor };
    },
  );

  app.get(
    '/v1/courses/:id',
    {
      config: { access: 'course.read' },
      schema: {
        tags,
        summary: 'Read a course',
        description: 'With an `ETag`; `If-None-Match` answers 304 while it is the same.',
        params: IdParams,
        response: { 200: CourseShape, 304: Type.Null({ description: 'It has not changed.' }) },
      },
    },
    async (request, reply) => {
      const course = await findCourse(postgres, viewerOf(request), request.params.id);
      if (course === undefined) throw notFound('course');
      reply.header('etag', tagOf(course));
      if (holdsTag(request.headers['if-none-match'], tagOf(course)))
        return reply.code(304).send(null);
      return describeCourse(course);
    },
  );
}

export function tagOf({ version }: Course): string {
  return `"${version}"`;
}

export function holdsTag(header: string | undefined, tag: string): boolean {
  const known = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.some((one) => one === tag || one === '*');
}

export function describeCourse(course: Course): Static<typeof CourseShape> {
  const { id, title, description, language, level, visibility, status, version } = course;
  return {
    id,
    ownerId: course.owner_id,
    title,
    description,
    language,
    level,
    tags: course.tags,
    visibility,
    status,
    myRole: course.my_role,
    version,
    createdAt: course.created_at.toISOString(),
    updatedAt: course.updated_at.toISOString(),
  };
}
