import { type CommentRefusal, mostMentions } from '@lectern/db/postgres/comment-changes';
import {
  type FieldFault,
  forbidden,
  invalidRequest,
  notFound,
  Problem,
} from '../problems/problem.ts';

/** What was sent, to name the field that is wrong. */
type Sent = {
  readonly mentions?: readonly string[] | undefined;
  readonly nodeId?: string | undefined;
};

/** The answer to a change of comments that was not made. */
export function refuseComment(refusal: CommentRefusal, sent: Sent = {}): Problem {
  switch (refusal.outcome) {
    case 'no_course':
      return notFound('course');
    case 'no_comment':
      return notFound('comment');
    case 'forbidden':
      return forbidden('Your role in this course does not let you comment any more.');
    case 'not_author':
      return forbidden(
        'Only its author changes what a comment says. Its author and the authors of the course delete it.',
      );
    case 'no_thread':
      return invalidRequest([
        { path: 'body.resolved', message: 'is for the first comment of a thread' },
      ]);
    case 'too_many_mentions':
      return invalidRequest([
        { path: 'body.body', message: `mentions more than ${mostMentions} people` },
      ]);
    case 'other_target': {
      const name = sent.nodeId === undefined ? 'edgeId' : 'nodeId';
      const message = 'is not what the thread is on; a reply needs none';
      return invalidRequest([{ path: `body.${name}`, message }]);
    }
    case 'no_parent':
      return unprocessable('parent_unknown', 'This course has no comment to which this replies.', [
        { path: 'body.parentId', message: 'is no comment of this course' },
      ]);
    case 'unknown_mentions':
      return unprocessable(
        'mention_unknown',
        'Mention people who may read the comments of this course.',
        refusal.userIds.map((userId) => ({
          path: placeOf(userId, sent),
          message: `names ${userId}, who is none of them`,
        })),
      );
  }
}

function placeOf(userId: string, { mentions = [] }: Sent): string {
  const index = mentions.indexOf(userId);
  return index === -1 ? 'body.body' : `body.mentions.${index}`;
}

function unprocessable(code: string, detail: string, errors: readonly FieldFault[]): Problem {
  return new Problem({ status: 422, code, detail, errors });
}
