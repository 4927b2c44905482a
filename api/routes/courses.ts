import { createHash } from 'node:crypto';
import type { Store } from '@lectern/db/open';
import { type Course, findCourse, insertCourse, listCourses } from '@lectern/db/postgres/courses';
import { newId } from '@lectern/db/postgres/new-id';
import { findReindex, type Reindex } from '@lectern/db/postgres/reindexing';
import { type Static, Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { holdsTag } from '../files/holds-tag.ts';
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
import { describeWork, WorkError, WorkStatus } from './work-status.ts';

export const Language = Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', maxLength: 35 });
export const Visibility = Type.Enum(['private', 'public']);
const Status = Type.Enum(['draft', 'published']);

const ReindexShape = Type.Object(
  {
    status: WorkStatus,
    progress: Type.Number({ description: '0–1' }),
    error: Type.Optional(WorkError),
  },
  { description: 'while it is indexed anew, or where that failed' },
);

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
  reindex: Type.Optional(ReindexShape),
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
      return { items: page.map((course) => describeCourse(course)), nextCursor };
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
      const reindex = await findReindex(postgres, course.id);
      const tag = tagOf(course, reindex);
      reply.header('etag', tag);
      if (holdsTag(request.headers['if-none-match'], tag)) return reply.code(304).send(null);
      return describeCourse(course, reindex);
    },
  );
}

/** Its version, and while there is something to see of its indexing also that. */
export function tagOf({ version }: Course, reindex?: Reindex): string {
  const shown = describeReindex(reindex);
  if (shown === undefined) return `"${version}"`;
  const hash = createHash('sha256').update(JSON.stringify(shown)).digest('hex');
  return `"${version}-${hash.slice(0, 16)}"`;
}

/** The version that a tag is of; NaN of what is no tag. */
export function versionOf(tag: string): number {
  return Number(/^\s*"(\d+)(?:-[\da-f]{16})?"\s*$/.exec(tag)?.[1]);
}

export function describeCourse(course: Course, run?: Reindex): Static<typeof CourseShape> {
  const { id, title, description, language, level, visibility, status, version } = course;
  const reindex = describeReindex(run);
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
    ...(reindex !== undefined && { reindex }),
  };
}

function describeReindex(run: Reindex | undefined) {
  return run === undefined || run.state === 'done' ? undefined : describeWork(run, false);
}
