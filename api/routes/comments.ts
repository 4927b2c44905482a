import type { Store } from '@lectern/db/open';
import {
  type CommentNews,
  deleteComment,
  updateComment,
} from '@lectern/db/postgres/comment-changes';
import {
  type CommentKey,
  findComment,
  listReplies,
  listThreads,
  type Target,
} from '@lectern/db/postgres/comments';
import type { Db } from '@lectern/db/postgres/connect';
import { insertComment } from '@lectern/db/postgres/insert-comment';
import { newId } from '@lectern/db/postgres/new-id';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { getCourse } from '../access/get-course.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { invalidRequest, notFound } from '../problems/problem.ts';
import { refuseComment } from './comment-refusals.ts';
import {
  CommentChangeBody,
  commentFilters,
  CommentShape,
  describeComment,
  NewCommentBody,
} from './comment-shapes.ts';
import {
  cutPage,
  defaultLimit,
  Id,
  IdParams,
  NextCursor,
  PageQuery,
  readCursor,
} from './shapes.ts';

const CommentParams = Type.Object({ id: Id, commentId: Id });
const CommentList = Type.Object({ items: Type.Array(CommentShape), nextCursor: NextCursor });
const CommentQuery = Type.Object(
  { ...PageQuery, ...commentFilters },
  { additionalProperties: false },
);

const tags = ['Comments'];

/** What people say about a course, its nodes and its edges. */
export function routeComments(app: App, { postgres, bus }: Pick<Store, 'postgres' | 'bus'>): void {
  app.get(
    '/v1/courses/:id/comments',
    {
      config: { access: 'course.review' },
      schema: {
        tags,
        summary: "List a course's threads",
        description:
          'Newest first, each with its oldest replies and how many there are. At most one of `nodeId`, `edgeId`, `target` and `threadId`.',
        params: IdParams,
        querystring: CommentQuery,
        response: { 200: CommentList },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor, resolved: isResolved, threadId } = request.query;
      const target = readTarget('query', request.query);
      const courseId = await courseOf(request, request.params.id, 'course.review');
      const wanted = { courseId, after: readCursor(cursor), limit: limit + 1 };
      const comments =
        threadId === undefined
          ? await listThreads(postgres, { ...wanted, target, isResolved })
          : await listReplies(postgres, { ...wanted, threadId });
      const { page, nextCursor } = cutPage(comments, limit);
      return { items: page.map(describeComment), nextCursor };
    },
  );

  app.post(
    '/v1/courses/:id/comments',
    {
      config: { access: 'course.comment' },
      schema: {
        tags,
        summary: 'Comment on a course, a node or an edge',
        description:
          'On the course when neither `nodeId` nor `edgeId` is sent. With `parentId` it is a reply and on what its thread is on; a reply to a reply joins the same thread. A resolved thread takes replies and stays resolved. Whoever is mentioned may read comments here; otherwise 422 `mention_unknown` names the place.',
        params: IdParams,
        body: NewCommentBody,
        response: { 201: CommentShape },
      },
    },
    async (request, reply) => {
      const { body, parentId, mentions = [] } = request.body;
      const target = readTarget('body', request.body);
      const courseId = await courseOf(request, request.params.id, 'course.comment');
      const commentId = request.holding?.resourceId ?? newId();
      const authorId = viewerOf(request).id;
      const comment = { id: commentId, courseId, authorId, body, target, parentId, mentions };
      // Read in the same transaction: it may be deleted as soon as it is there.
      const { news, answer } = await postgres.transaction().execute(async (tx) => {
        const done = await insertComment(tx, comment);
        if (done.outcome !== 'done') throw refuseComment(done, request.body);
        return { ...done, answer: await readOne(tx, { courseId, commentId }) };
      });
      announce(courseId, 'comment.added', news);
      reply.code(201).header('location', `/v1/courses/${courseId}/comments/${commentId}`);
      return answer;
    },
  );

  app.get(
    '/v1/courses/:id/comments/:commentId',
    {
      config: { access: 'course.review' },
      schema: {
        tags,
        summary: 'Read a comment',
        description: 'The first one of a thread comes with its oldest replies.',
        params: CommentParams,
        response: { 200: CommentShape },
      },
    },
    async (request) => {
      const { id, commentId } = request.params;
      const courseId = await courseOf(request, id, 'course.review');
      return readOne(postgres, { courseId, commentId });
    },
  );

  app.patch(
    '/v1/courses/:id/comments/:commentId',
    {
      config: { access: 'course.comment' },
      schema: {
        tags,
        summary: 'Change a comment, resolve or reopen its thread',
        description:
          'Only its author changes `body`; mentions follow it. Whoever may comment sets `resolved`, on the first comment of a thread. A thread that is resolved already stays as whoever came first resolved it.',
        params: CommentParams,
        body: CommentChangeBody,
        response: { 200: CommentShape },
      },
    },
    async (request) => {
      const { id, commentId } = request.params;
      const { body, resolved: isResolved } = request.body;
      const key = { courseId: await courseOf(request, id, 'course.comment'), commentId };
      const change = { ...key, userId: viewerOf(request).id, body, isResolved };
      const changed = await postgres.transaction().execute(async (tx) => {
        const done = await updateComment(tx, change);
        if (done.outcome !== 'done') throw refuseComment(done);
        return { ...done, answer: await readOne(tx, key) };
      });
      const { isEdited, isTurned, news, answer } = changed;
      if (isEdited) announce(id, 'comment.changed', news);
      if (isTurned) announce(id, isResolved ? 'comment.resolved' : 'comment.reopened', news);
      return answer;
    },
  );

  app.delete(
    '/v1/courses/:id/comments/:commentId',
    {
      config: { access: 'course.comment' },
      schema: {
        tags,
        summary: 'Delete a comment',
        description:
          'For its author and for whoever may change the course. With the first comment of a thread all replies go.',
        params: CommentParams,
        response: { 204: Type.Null({ description: 'It is gone.' }) },
      },
    },
    async (request, reply) => {
      const { id, commentId } = request.params;
      const key = { courseId: await courseOf(request, id, 'course.comment'), commentId };
      const by = { ...authorOf(request), userId: viewerOf(request).id };
      const done = await postgres.transaction().execute((tx) => deleteComment(tx, key, by));
      if (done.outcome !== 'done') throw refuseComment(done);
      announce(id, 'comment.deleted', done.news);
      return reply.code(204).send(null);
    },
  );

  async function courseOf(
    request: FastifyRequest,
    id: string,
    permission: 'course.review' | 'course.comment',
  ): Promise<string> {
    return (await getCourse(postgres, viewerOf(request), { id, permission })).id;
  }

  /** Whoever watches the course hears of it, learners too: ids alone, never the words. */
  function announce(courseId: string, event: string, { target, ...ids }: CommentNews): void {
    const news = { event, ...ids, targetKind: target.kind, targetId: target.id };
    bus.publish(`subject:${courseId}`, JSON.stringify(news)).catch(() => undefined);
  }
}

async function readOne(db: Db, key: CommentKey) {
  const comment = await findComment(db, key);
  if (comment === undefined) throw notFound('comment');
  return describeComment(comment);
}

type Targets = {
  readonly nodeId?: string | undefined;
  readonly edgeId?: string | undefined;
  readonly target?: 'course' | undefined;
  readonly threadId?: string | undefined;
};

/** What is named, which is one thing at most. */
function readTarget(part: 'body' | 'query', { nodeId, edgeId, target, threadId }: Targets) {
  const named = Object.entries({ nodeId, edgeId, target, threadId }).filter(([, id]) => id);
  const [first, second] = named.map(([name]) => name);
  if (second !== undefined) {
    throw invalidRequest([{ path: `${part}.${second}`, message: `cannot stand with ${first}` }]);
  }
  if (nodeId !== undefined) return { kind: 'node', id: nodeId } satisfies Target;
  if (edgeId !== undefined) return { kind: 'edge', id: edgeId } satisfies Target;
  return target && ({ kind: target, id: null } satisfies Target);
}
