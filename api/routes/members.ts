import type { Viewer } from '@lectern/db/access/viewer';
import type { Store } from '@lectern/db/open';
import { listInvitations } from '@lectern/db/postgres/invitations';
import { findMember, listMembers, type MemberAuthor } from '@lectern/db/postgres/members';
import { findUserByEmail, type User } from '@lectern/db/postgres/users';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { readEmail } from '../access/accounts.ts';
import { authorOf } from '../access/author.ts';
import { changeMember, dropByEmail, dropMember, invite } from '../access/change-member.ts';
import { getCourse } from '../access/get-course.ts';
import { makeMailGuard } from '../access/mail-guard.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { invalidRequest, notFound } from '../problems/problem.ts';
import {
  describeInvitation,
  describeMember,
  InvitationShape,
  MemberShape,
} from './member-shapes.ts';
import {
  CourseRole,
  defaultLimit,
  Id,
  IdParams,
  NextCursor,
  PageQuery,
  readCursor,
  writeCursor,
} from './shapes.ts';

const MemberList = Type.Object({
  items: Type.Array(MemberShape),
  nextCursor: NextCursor,
  invitations: Type.Array(InvitationShape, { description: 'that wait to be accepted' }),
});

const Email = Type.String({ minLength: 3, maxLength: 254 });
const MemberChange = Type.Object(
  { userId: Type.Optional(Id), email: Type.Optional(Email), role: CourseRole },
  { additionalProperties: false },
);
const Whom = Type.Object(
  { userId: Type.Optional(Id), email: Type.Optional(Email) },
  { additionalProperties: false },
);
const MemberParams = Type.Object({ id: Id, userId: Id });
const Gone = Type.Null({ description: 'The person has no role in the course.' });

const tags = ['Courses'];

/** Who has which role in a course. */
export function routeMembers(app: App, store: Store): void {
  const { postgres, config } = store;
  const guard = makeMailGuard(store);

  app.get(
    '/v1/courses/:id/members',
    {
      config: { access: 'member.read' },
      schema: {
        tags,
        summary: "List a course's members",
        description: 'With the invitations that are open.',
        params: IdParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: MemberList },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor } = request.query;
      const course = await courseOf(request, request.params.id, 'member.read');
      const after = readCursor(cursor);
      const rows = await listMembers(postgres, { courseId: course.id, after, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const invitations = await listInvitations(postgres, course.id);
      return {
        items: page.map(describeMember),
        nextCursor: rows.length > limit && last ? writeCursor(last.user_id) : null,
        invitations: invitations.map(describeInvitation),
      };
    },
  );

  app.put(
    '/v1/courses/:id/members',
    {
      config: { access: 'member.change' },
      schema: {
        tags,
        summary: 'Give somebody a role in a course',
        description:
          'A member by `userId`; anybody by `email`. Whoever is no member is invited by mail and has the role once that is accepted. Where no mail goes out, an account with the address has it at once.',
        params: IdParams,
        body: MemberChange,
        response: {
          200: { ...MemberShape, description: 'The person has the role.' },
          202: { ...InvitationShape, description: 'A mail that invites is on its way.' },
        },
      },
    },
    async (request, reply) => {
      const { role, userId, email } = request.body;
      const { id: courseId } = await courseOf(request, request.params.id, 'member.change');
      if ((userId === undefined) === (email === undefined)) throw nobodyNamed('body');
      if (email === undefined) return changeRole(request, { courseId, userId: userId ?? '', role });
      const address = readEmail(email);
      const user = await findUserByEmail(postgres, address);
      if (user !== undefined && (await isTakenAtOnce(user, courseId))) {
        return setRole(request, { courseId, userId: user.id, role });
      }
      await guard.countInvitation(viewerOf(request).id, address);
      const wanted = { courseId, email: address, role };
      const invitation = await invite(store, actorOf(request), wanted);
      reply.code(202).header('location', `/v1/courses/${courseId}/members`);
      return describeInvitation(invitation);
    },
  );

  /** Nobody becomes a member unasked, unless there is no way to ask. */
  async function isTakenAtOnce({ id: userId }: User, courseId: string): Promise<boolean> {
    if (config.smtpUrl === undefined) return true;
    return (await findMember(postgres, { courseId, userId })) !== undefined;
  }

  app.put(
    '/v1/courses/:id/members/:userId',
    {
      config: { access: 'member.change' },
      schema: {
        tags,
        summary: 'Give a person a role in a course',
        params: MemberParams,
        body: Type.Object({ role: CourseRole }, { additionalProperties: false }),
        response: { 200: MemberShape },
      },
    },
    async (request) => {
      const { id, userId } = request.params;
      const { id: courseId } = await courseOf(request, id, 'member.change');
      return changeRole(request, { courseId, userId, role: request.body.role });
    },
  );

  app.delete(
    '/v1/courses/:id/members',
    {
      config: { access: 'member.leave' },
      schema: {
        tags,
        summary: "Take somebody's role away",
        description: 'By `userId`, or by `email`, which also takes an open invitation back.',
        params: IdParams,
        querystring: Whom,
        response: { 204: Gone },
      },
    },
    async (request, reply) => {
      const { userId, email } = request.query;
      if ((userId === undefined) === (email === undefined)) throw nobodyNamed('query');
      if (email === undefined) await dropRole(request, request.params.id, userId ?? '');
      else {
        const { id: courseId } = await courseOf(request, request.params.id, 'member.change');
        const address = readEmail(email, 'query.email');
        await dropByEmail(store, actorOf(request), { courseId, email: address });
      }
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/v1/courses/:id/members/:userId',
    {
      config: { access: 'member.leave' },
      schema: {
        tags,
        summary: "Take a person's role away",
        description: 'Everybody may leave a course in which they have a role.',
        params: MemberParams,
        response: { 204: Gone },
      },
    },
    async (request, reply) => {
      await dropRole(request, request.params.id, request.params.userId);
      return reply.code(204).send(null);
    },
  );

  /** Of a member: an id alone brings in nobody, and tells nobody's name. */
  async function changeRole(request: FastifyRequest, change: RoleChange) {
    if ((await findMember(postgres, change)) === undefined) throw notFound('member');
    return setRole(request, change);
  }

  async function setRole(request: FastifyRequest, change: RoleChange) {
    await changeMember(store, actorOf(request), change);
    const member = await findMember(postgres, change);
    if (member === undefined) throw notFound('member');
    return describeMember(member);
  }

  async function dropRole(request: FastifyRequest, id: string, userId: string): Promise<void> {
    const isOneself = viewerOf(request).id === userId;
    const permission = isOneself ? 'member.leave' : 'member.change';
    const { id: courseId } = await courseOf(request, id, permission);
    await dropMember(store, actorOf(request), { courseId, userId });
  }

  function courseOf(
    request: FastifyRequest,
    id: string,
    permission: 'member.read' | 'member.change' | 'member.leave',
  ) {
    const viewer: Viewer = viewerOf(request);
    return getCourse(postgres, viewer, { id, permission });
  }
}

function actorOf(request: FastifyRequest): MemberAuthor {
  return { ...authorOf(request), viewer: viewerOf(request) };
}

type RoleChange = {
  readonly courseId: string;
  readonly userId: string;
  readonly role: Static<typeof CourseRole>;
};

function nobodyNamed(part: 'body' | 'query') {
  return invalidRequest([{ path: `${part}.userId`, message: 'or email is needed, and not both' }]);
}
