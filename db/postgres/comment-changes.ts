import { sql } from 'kysely';
import { type Author, writeAudit } from './audit.ts';
import { holdPeople } from './comment-people.ts';
import type { CommentKey, Target } from './comments.ts';
import type { Transaction } from './connect.ts';
import { readMentions } from './read-mentions.ts';

export const mostMentions = 50;

/** Why nothing was done. `no_course`, `no_comment`: gone. `forbidden`: by the person's role now. */
export type CommentRefusal =
  | { readonly outcome: 'no_course' | 'no_comment' | 'forbidden' | 'not_author' }
  | { readonly outcome: 'no_parent' | 'other_target' | 'no_thread' | 'too_many_mentions' }
  /** They may not review the course, or are nobody. */
  | { readonly outcome: 'unknown_mentions'; readonly userIds: readonly string[] };

/** What others are told of a comment: ids, never its words. */
export type CommentNews = {
  readonly commentId: string;
  readonly threadId: string;
  readonly target: Target;
  readonly mentions: readonly string[];
};
export type Done<More = unknown> = { readonly outcome: 'done'; readonly news: CommentNews } & More;

export type CommentChange = CommentKey & {
  readonly userId: string;
  readonly body?: string | undefined;
  readonly isResolved?: boolean | undefined;
};

type Changed = { readonly isEdited: boolean; readonly isTurned: boolean };

/** Changes the text, for its author, or resolves or reopens the thread; of two who do so the first one did. */
export async function updateComment(
  tx: Transaction,
  { userId, body, isResolved, ...key }: CommentChange,
): Promise<Done<Changed> | CommentRefusal> {
  const named = readMentions(body ?? '');
  // People before the comment: in another order a deletion of an account would wait for this, and this for it.
  const mayDo = await holdPeople(tx, { ...key, userIds: [userId, ...named] });
  if (mayDo === undefined) return { outcome: 'no_course' };
  if (!mayDo(userId, 'course.comment')) return { outcome: 'forbidden' };
  const before = await lockComment(tx, key);
  if (before === undefined) return { outcome: 'no_comment' };
  if (body !== undefined && before.author_id !== userId) return { outcome: 'not_author' };
  if (isResolved !== undefined && before.parent_id !== null) return { outcome: 'no_thread' };
  const isEdited = body !== undefined && body !== before.body;
  const isTurned = isResolved !== undefined && isResolved !== (before.resolved_at !== null);
  const mentions = isEdited ? replaceNamed(before, named) : before.mentions;
  if (mentions.length > mostMentions) return { outcome: 'too_many_mentions' };
  // Whoever was mentioned already stays so, also without a role by now.
  const added = mentions.filter((id) => !before.mentions.includes(id));
  const userIds = added.filter((id) => !mayDo(id, 'course.review'));
  if (userIds.length > 0) return { outcome: 'unknown_mentions', userIds };
  const now = sql<Date>`now()`;
  const resolution = isResolved ? { at: now, by: userId } : { at: null, by: null };
  if (isEdited || isTurned) {
    await tx
      .updateTable('comments')
      .set({
        ...(isEdited && { body, mentions, edited_at: now }),
        ...(isTurned && { resolved_at: resolution.at, resolved_by: resolution.by }),
      })
      .where('id', '=', key.commentId)
      .execute();
  }
  return { outcome: 'done', news: { ...newsOf(before), mentions }, isEdited, isTurned };
}

/** Those of the text follow the text; those who were mentioned beside it stay. */
function replaceNamed(
  before: { readonly body: string; readonly mentions: readonly string[] },
  named: readonly string[],
): string[] {
  const old = readMentions(before.body);
  return [...new Set([...named, ...before.mentions.filter((id) => !old.includes(id))])];
}

/** Deletes a reply, or a thread with all its replies: for its author and for authors of the course. */
export async function deleteComment(
  tx: Transaction,
  key: CommentKey,
  author: Author & { readonly userId: string },
): Promise<Done | CommentRefusal> {
  const { userId } = author;
  const mayDo = await holdPeople(tx, { ...key, userIds: [userId] });
  if (mayDo === undefined) return { outcome: 'no_course' };
  if (!mayDo(userId, 'course.comment')) return { outcome: 'forbidden' };
  const comment = await lockComment(tx, key);
  if (comment === undefined) return { outcome: 'no_comment' };
  const { id, author_id: authorId } = comment;
  if (authorId !== userId && !mayDo(userId, 'course.change')) return { outcome: 'not_author' };
  const replies = await tx
    .selectFrom('comments')
    .select((eb) => [
      eb.fn.countAll<number>().as('all'),
      sql<number>`count(*) filter (where author_id is distinct from ${userId})`.as('ofOthers'),
    ])
    .where('parent_id', '=', id)
    .executeTakeFirstOrThrow();
  await tx.deleteFrom('comments').where('id', '=', id).execute();
  const news = newsOf(comment);
  if (authorId !== userId || replies.ofOthers > 0) {
    const { courseId } = key;
    await writeAudit(tx, author, {
      action: 'comment.delete',
      subject: { type: 'comment', id },
      before: { courseId, threadId: news.threadId, authorId, replies: replies.all },
    });
  }
  return { outcome: 'done', news };
}

function lockComment(tx: Transaction, { courseId, commentId }: CommentKey) {
  return tx
    .selectFrom('comments')
    .select(['id', 'parent_id', 'target_kind', 'target_id', 'author_id', 'body', 'mentions'])
    .select('resolved_at')
    .where('id', '=', commentId)
    .where('course_id', '=', courseId)
    .forUpdate()
    .executeTakeFirst();
}

function newsOf(comment: NonNullable<Awaited<ReturnType<typeof lockComment>>>): CommentNews {
  const { id, parent_id: parentId, mentions } = comment;
  const target = { kind: comment.target_kind, id: comment.target_id };
  return { commentId: id, threadId: parentId ?? id, target, mentions };
}
