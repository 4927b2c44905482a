import { type ExpressionBuilder, sql } from 'kysely';
import type { Db } from './connect.ts';
import type { CommentTarget } from './graph-tables.ts';
import type { Tables } from './tables.ts';

export type CommentPerson = { readonly id: string; readonly name: string };

export type Comment = {
  readonly id: string;
  readonly course_id: string;
  /** The comment that began the thread; null for that one. */
  readonly parent_id: string | null;
  readonly target_kind: CommentTarget;
  readonly target_id: string | null;
  readonly body: string;
  readonly created_at: Date;
  readonly edited_at: Date | null;
  readonly resolved_at: Date | null;
  /** Null when the account is gone. */
  readonly author: CommentPerson | null;
  readonly resolver: CommentPerson | null;
  readonly mentioned: readonly CommentPerson[];
};

/** The first comment of a thread, with the oldest of its replies. */
export type Thread = Comment & {
  readonly replies: readonly Comment[];
  readonly reply_count: number;
};

/** How many replies a thread shows; the rest is listed by itself. */
export const shownReplies = 20;

export type Target = { readonly kind: CommentTarget; readonly id: string | null };

export type ThreadFilter = {
  readonly courseId: string;
  readonly target?: Target | undefined;
  readonly isResolved?: boolean | undefined;
  /** Threads that are older than this one. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Newest first. */
export async function listThreads(db: Db, filter: ThreadFilter): Promise<Thread[]> {
  const { courseId, target, isResolved, after, limit } = filter;
  const comments = await selectComments(db)
    .where('course_id', '=', courseId)
    .where('parent_id', 'is', null)
    .$if(target !== undefined, (query) => query.where(isAbout(target)))
    .$if(isResolved === true, (query) => query.where('resolved_at', 'is not', null))
    .$if(isResolved === false, (query) => query.where('resolved_at', 'is', null))
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return addReplies(db, comments);
}

export type ReplyFilter = {
  readonly courseId: string;
  readonly threadId: string;
  /** Replies that are newer than this one. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Oldest first. */
export function listReplies(db: Db, filter: ReplyFilter): Promise<Comment[]> {
  const { courseId, threadId, after, limit } = filter;
  return selectComments(db)
    .where('course_id', '=', courseId)
    .where('parent_id', '=', threadId)
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit)
    .execute();
}

export type CommentKey = { readonly courseId: string; readonly commentId: string };

/** A thread with its replies, or a reply. */
export async function findComment(
  db: Db,
  { courseId, commentId }: CommentKey,
): Promise<Comment | Thread | undefined> {
  const comment = await selectComments(db)
    .where('course_id', '=', courseId)
    .where('id', '=', commentId)
    .executeTakeFirst();
  if (comment === undefined || comment.parent_id !== null) return comment;
  const [thread] = await addReplies(db, [comment]);
  return thread;
}

function selectComments(db: Db) {
  return db
    .selectFrom('comments')
    .select(['id', 'course_id', 'parent_id', 'target_kind', 'target_id', 'body'])
    .select(['created_at', 'edited_at', 'resolved_at'])
    .select([nameOf('author_id').as('author'), nameOf('resolved_by').as('resolver')])
    .select(
      sql<CommentPerson[]>`(
        select coalesce(json_agg(json_build_object('id', users.id, 'name', users.name)
          order by array_position(comments.mentions, users.id)), '[]')
        from users where users.id = any(comments.mentions)
      )`.as('mentioned'),
    );
}

function nameOf(column: 'author_id' | 'resolved_by') {
  return sql<CommentPerson | null>`(
    select json_build_object('id', users.id, 'name', users.name)
    from users where users.id = ${sql.ref(`comments.${column}`)}
  )`;
}

function isAbout(target: Target | undefined) {
  return (eb: ExpressionBuilder<Tables, 'comments'>) =>
    eb.and({ target_kind: target?.kind ?? 'course', ...(target?.id && { target_id: target.id }) });
}

async function addReplies(db: Db, comments: readonly Comment[]): Promise<Thread[]> {
  if (comments.length === 0) return [];
  const ids = comments.map(({ id }) => id);
  const counts = await db
    .selectFrom('comments')
    .select((eb) => ['parent_id', eb.fn.countAll<number>().as('count')])
    .where('parent_id', 'in', ids)
    .groupBy('parent_id')
    .execute();
  const countById = new Map(counts.map(({ parent_id: id, count }) => [id, count]));
  const replies = await selectComments(db)
    .where(
      sql<boolean>`id in (
        select reply.id from unnest(${ids}::uuid[]) as thread (id) cross join lateral (
          select comments.id from comments where parent_id = thread.id order by id limit ${shownReplies}
        ) as reply)`,
    )
    .orderBy('id')
    .execute();
  const byThread = Map.groupBy(replies, ({ parent_id: id }) => id);
  return comments.map((comment) => ({
    ...comment,
    replies: byThread.get(comment.id) ?? [],
    reply_count: countById.get(comment.id) ?? 0,
  }));
}
