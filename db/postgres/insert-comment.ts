import { sql } from 'kysely';
import { type CommentRefusal, type Done, mostMentions } from './comment-changes.ts';
import { holdPeople } from './comment-people.ts';
import type { CommentKey, Target } from './comments.ts';
import type { Transaction } from './connect.ts';
import { readMentions } from './read-mentions.ts';

export type NewComment = {
  readonly id: string;
  readonly courseId: string;
  readonly authorId: string;
  readonly body: string;
  /** A reply has that of its thread. */
  readonly target: Target | undefined;
  /** A comment of the thread that it joins. */
  readonly parentId: string | undefined;
  /** Beside those whom the text mentions. */
  readonly mentions: readonly string[];
};

/** Adds a comment; when its id is there already, a repeated request has added it. */
export async function insertComment(
  tx: Transaction,
  { id, courseId, authorId, body, parentId, ...wanted }: NewComment,
): Promise<Done | CommentRefusal> {
  const mentions = [...new Set([...readMentions(body), ...wanted.mentions])];
  if (mentions.length > mostMentions) return { outcome: 'too_many_mentions' };
  const mayDo = await holdPeople(tx, { courseId, userIds: [authorId, ...mentions] });
  if (mayDo === undefined) return { outcome: 'no_course' };
  if (!mayDo(authorId, 'course.comment')) return { outcome: 'forbidden' };
  const userIds = mentions.filter((userId) => !mayDo(userId, 'course.review'));
  if (userIds.length > 0) return { outcome: 'unknown_mentions', userIds };
  const thread = parentId && (await holdThread(tx, { courseId, commentId: parentId }));
  if (parentId !== undefined && !thread) return { outcome: 'no_parent' };
  const target = wanted.target ?? (thread ? thread.target : { kind: 'course', id: null });
  if (thread && (thread.target.kind !== target.kind || thread.target.id !== target.id)) {
    return { outcome: 'other_target' };
  }
  const threadId = thread ? thread.id : id;
  await tx
    .insertInto('comments')
    .values({
      id,
      course_id: courseId,
      parent_id: thread ? thread.id : null,
      target_kind: target.kind,
      target_id: target.id,
      author_id: authorId,
      body,
      mentions,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  return { outcome: 'done', news: { commentId: id, threadId, target, mentions } };
}

/** The thread that a comment is in, which nobody deletes meanwhile. */
async function holdThread(tx: Transaction, { courseId, commentId }: CommentKey) {
  const thread = await tx
    .selectFrom('comments as thread')
    .innerJoin('comments as asked', (join) =>
      join.on(sql<boolean>`thread.id = coalesce(asked.parent_id, asked.id)`),
    )
    .select(['thread.id', 'thread.target_kind', 'thread.target_id'])
    .where('asked.id', '=', commentId)
    .where('asked.course_id', '=', courseId)
    .forKeyShare('thread')
    .executeTakeFirst();
  return thread && { id: thread.id, target: { kind: thread.target_kind, id: thread.target_id } };
}
