import { mostMentions } from '@lectern/db/postgres/comment-changes';
import {
  type Comment,
  type CommentPerson,
  shownReplies,
  type Thread,
} from '@lectern/db/postgres/comments';
import { type Static, Type } from 'typebox';
import { Id, Instant, Passage } from './shapes.ts';

const longestBody = 10_000;

const Person = Type.Object({ id: Id, name: Type.String() });
const MaybePerson = Type.Union([Person, Type.Null()]);
const MaybeInstant = Type.Union([Instant, Type.Null()]);

const fields = {
  id: Id,
  courseId: Id,
  parentId: Type.Union([Id, Type.Null()], {
    description: 'the comment that began the thread; null for that one',
  }),
  target: Type.Object({
    kind: Type.Enum(['course', 'node', 'edge']),
    id: Type.Union([Type.String(), Type.Null()], { description: 'null for the course' }),
  }),
  author: Type.Union([Person, Type.Null()], { description: 'null when the account is gone' }),
  body: Type.String(),
  mentions: Type.Array(Person),
  createdAt: Instant,
  editedAt: MaybeInstant,
  resolvedAt: MaybeInstant,
  resolvedBy: MaybePerson,
};

export const CommentShape = Type.Object({
  ...fields,
  replyCount: Type.Optional(Type.Integer({ description: 'of the first comment of a thread' })),
  replies: Type.Optional(
    Type.Array(Type.Object(fields), {
      description: `the ${shownReplies} oldest; \`?threadId=\` of the list pages through all of them`,
    }),
  ),
});

/** An id in the document of the course, where programs choose them. */
const ElementId = Type.String({ minLength: 1, maxLength: 200 });

const Body = {
  ...Passage(longestBody),
  description: '`@[Name](userId)` mentions somebody; of an account that is gone `@[Name]` is left',
};

export const NewCommentBody = Type.Object(
  {
    body: Body,
    nodeId: Type.Optional(ElementId),
    edgeId: Type.Optional(ElementId),
    parentId: Type.Optional({ ...Id, description: 'a comment of the thread that this one joins' }),
    mentions: Type.Optional(
      Type.Array(Id, {
        maxItems: mostMentions,
        description: 'people, beside those whom `body` mentions',
      }),
    ),
  },
  { additionalProperties: false },
);

export const CommentChangeBody = Type.Object(
  { body: Type.Optional(Body), resolved: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);

export const commentFilters = {
  nodeId: Type.Optional(ElementId),
  edgeId: Type.Optional(ElementId),
  target: Type.Optional(Type.Enum(['course'], { description: 'on the course as a whole' })),
  resolved: Type.Optional(Type.Boolean({ description: 'of threads' })),
  threadId: Type.Optional({
    ...Id,
    description: 'the replies of this thread, oldest first, in place of threads',
  }),
};

export function describeComment(comment: Comment | Thread): Static<typeof CommentShape> {
  const described = describeOne(comment);
  if (!('replies' in comment)) return described;
  const { replies, reply_count: replyCount } = comment;
  return { ...described, replyCount, replies: replies.map(describeOne) };
}

function describeOne(comment: Comment) {
  const { id, body, author, resolver, mentioned } = comment;
  return {
    id,
    courseId: comment.course_id,
    parentId: comment.parent_id,
    target: { kind: comment.target_kind, id: comment.target_id },
    author: author && namePerson(author),
    body,
    mentions: mentioned.map(namePerson),
    createdAt: comment.created_at.toISOString(),
    editedAt: comment.edited_at?.toISOString() ?? null,
    resolvedAt: comment.resolved_at?.toISOString() ?? null,
    resolvedBy: resolver && namePerson(resolver),
  };
}

function namePerson({ id, name }: CommentPerson): Static<typeof Person> {
  return { id, name };
}
