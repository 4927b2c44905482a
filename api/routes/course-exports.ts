import { mayInCourse } from '@lectern/db/access/permissions';
import { exportCourse } from '@lectern/db/jobs/course';
import { cleanFileName } from '@lectern/db/materials/clean-file-name';
import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import type { Db } from '@lectern/db/postgres/connect';
import {
  type CourseExport,
  findCourseExport,
  findCourseExportById,
  findCourseState,
  findLatestCourseExport,
  insertCourseExport,
  showsState,
} from '@lectern/db/postgres/course-exports';
import { type Course, findCourse, standingIn } from '@lectern/db/postgres/courses';
import { newId } from '@lectern/db/postgres/new-id';
import { listRunsOfSubject, type RunView } from '@lectern/db/postgres/runs';
import { findUser, lockUser } from '@lectern/db/postgres/users';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { attach, sendFile } from '../files/send-file.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem, unauthenticated } from '../problems/problem.ts';
import { LinkParams } from './exports.ts';
import { Bytes, Id, IdParams, Instant } from './shapes.ts';
import { describeWork, WorkError, WorkStatus } from './work-status.ts';

const Format = Type.Enum(['json', 'markdown', 'html'], {
  default: 'json',
  description:
    '`json`: whole, to be brought in elsewhere; `markdown` and `html`: a zip, to be edited or read',
});

const ExportShape = Type.Object({
  id: Id,
  courseId: Id,
  format: Format,
  status: WorkStatus,
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  error: Type.Optional(WorkError),
  createdAt: Instant,
  expiresAt: Instant,
  size: Type.Optional(Type.Integer({ description: 'bytes' })),
  url: Type.Optional(Type.String({ description: 'where the file is, for a quarter of an hour' })),
});

const lifeMs = 3_600_000;
const linkMs = 15 * 60_000;
const tags = ['Courses'];
const permission = 'course.review';

/** A course as a file, for those who may see the right answers in it. */
export function routeCourseExports(app: App, store: Store): void {
  const { postgres, objects, access } = store;

  app.get(
    '/v1/courses/:id/export',
    {
      config: { access: permission },
      schema: {
        tags,
        summary: 'Get a course as a file',
        description:
          'A worker writes it. Until it is ready this answers 202, then 200 with a link to it, as long as the course is the same.',
        params: IdParams,
        querystring: Type.Object(
          { format: Type.Optional(Format) },
          { additionalProperties: false },
        ),
        response: { 200: ExportShape, 202: ExportShape },
      },
    },
    async (request, reply) => {
      const wanted = { id: request.params.id, permission } as const;
      const course = await getCourse(postgres, viewerOf(request), wanted);
      const format = request.query.format ?? 'json';
      const found = await describe(await findOrBegin(request, { courseId: course.id, format }));
      reply.header('location', `/v1/courses/${course.id}/exports/${found.id}`);
      return reply.code(found.status === 'ready' ? 200 : 202).send(found);
    },
  );

  app.get(
    '/v1/courses/:id/exports/:exportId',
    {
      config: { access: permission },
      schema: {
        tags,
        summary: 'How far an export of a course is',
        params: Type.Object({ id: Id, exportId: Id }),
        response: { 200: ExportShape },
      },
    },
    async (request) => {
      const { id, exportId } = request.params;
      const viewer = viewerOf(request);
      await getCourse(postgres, viewer, { id, permission });
      const whose = { courseId: id, userId: viewer.id, exportId };
      const found = await findCourseExport(postgres, whose);
      if (found === undefined) throw notFound('export');
      return describe(found);
    },
  );

  app.get(
    '/v1/course-exports/:id/file',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Download an export of a course',
        description: 'With the link that the export shows; it needs no login. Takes `Range`.',
        params: IdParams,
        querystring: LinkParams,
        response: {
          200: { description: 'The file.', content: fileTypes },
          206: { description: 'A part of it.', content: fileTypes },
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!access.isLinkGood(pathOf(id), request.query)) throw linkOver();
      const found = await findCourseExportById(postgres, id);
      const course = found && (await findReadable(found));
      if (course === undefined || !found?.object_key || found.size_bytes === null) {
        throw linkOver();
      }
      const isJson = found.format === 'json';
      attach(reply, {
        fileName: nameFile(course.title, isJson ? 'json' : 'zip'),
        mediaType: isJson ? 'application/json' : 'application/zip',
      });
      const file = { key: found.object_key, size: found.size_bytes };
      return sendFile(reply, objects, file, request.headers.range);
    },
  );

  /** One that is on its way is given again; one that is ready while it shows the course as it is. */
  function findOrBegin(
    request: FastifyRequest,
    wanted: Pick<Static<typeof ExportShape>, 'courseId' | 'format'>,
  ): Promise<CourseExport> {
    const { id: userId } = viewerOf(request);
    return postgres.transaction().execute(async (tx) => {
      if ((await lockUser(tx, userId)) === undefined) throw unauthenticated();
      const state = await findCourseState(tx, wanted.courseId);
      if (state === undefined) throw notFound('course');
      const latest = await findLatestCourseExport(tx, { ...wanted, userId });
      if (latest !== undefined && (await isGoodStill(tx, latest, state))) return latest;
      const id = newId();
      await writeAudit(tx, authorOf(request), {
        action: 'course.export',
        subject: { type: 'course', id: wanted.courseId },
        after: { exportId: id, format: wanted.format },
      });
      return insertCourseExport(tx, { ...wanted, id, userId, lifeMs, requestId: request.id });
    });
  }

  /** The course of an export whose link was shown: a role that is gone opens nothing any more. */
  async function findReadable({
    user_id: userId,
    course_id: courseId,
  }: CourseExport): Promise<Course | undefined> {
    const person = await findUser(postgres, userId);
    const course = person && (await findCourse(postgres, person, courseId));
    if (person === undefined || course === undefined) return undefined;
    return mayInCourse(person, permission, standingIn(course)) ? course : undefined;
  }

  async function describe(row: CourseExport): Promise<Static<typeof ExportShape>> {
    const run = await findLastRun(postgres, row.id);
    const expiresAt = new Date(Math.min(Date.now() + linkMs, row.expires_at.getTime()));
    return {
      id: row.id,
      courseId: row.course_id,
      format: row.format,
      ...describeWork(run, row.size_bytes !== null),
      createdAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      ...(row.size_bytes !== null && {
        size: row.size_bytes,
        url: access.signLink(pathOf(row.id), expiresAt),
      }),
    };
  }
}

const fileTypes = {
  'application/json': { schema: Bytes },
  'application/zip': { schema: Bytes },
};

async function isGoodStill(db: Db, latest: CourseExport, state: string): Promise<boolean> {
  if (latest.object_key !== null) return showsState(latest, state);
  const run = await findLastRun(db, latest.id);
  return run?.state === 'queued' || run?.state === 'running';
}

async function findLastRun(db: Db, exportId: string): Promise<RunView | undefined> {
  const runs = await listRunsOfSubject(db, exportId);
  return runs.findLast(({ job }) => job === exportCourse.name);
}

function nameFile(title: string, ending: string): string {
  return cleanFileName(`${title.replace(/[\\/:*?"<>|]/g, '_')}.${ending}`);
}

function pathOf(exportId: string): string {
  return `/v1/course-exports/${exportId}/file`;
}

function linkOver(): Problem {
  const detail = 'The link has run out or is not whole. Ask for a new one where the course is.';
  return new Problem({ status: 410, code: 'link_expired', detail });
}
