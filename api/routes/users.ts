import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import { setRole } from '@lectern/db/postgres/user-roles';
import { listUsers } from '@lectern/db/postgres/users';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { forbidden, notFound, Problem } from '../problems/problem.ts';
import { describeUser, UserShape } from './me.ts';
import { cutPage, defaultLimit, IdParams, NextCursor, PageQuery, readCursor } from './shapes.ts';

const Role = Type.Enum(['user', 'operator', 'admin']);
const tags = ['Operations'];

/** The accounts of the installation, for those who run it. */
export function routeUsers(
  app: App,
  { postgres, access }: Pick<Store, 'postgres' | 'access'>,
): void {
  app.get(
    '/v1/ops/users',
    {
      config: { access: 'user.read' },
      schema: {
        tags,
        summary: 'List accounts',
        description: 'Newest first; `q` is a part of the name or email.',
        querystring: Type.Object(
          {
            ...PageQuery,
            q: Type.Optional(Type.String({ maxLength: 200 })),
            role: Type.Optional(Role),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ items: Type.Array(UserShape), nextCursor: NextCursor }) },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor, q, role } = request.query;
      const filter = { text: q, role, after: readCursor(cursor), limit: limit + 1 };
      const { page, nextCursor } = cutPage(await listUsers(postgres, filter), limit);
      return { items: page.map(describeUser), nextCursor };
    },
  );

  app.patch(
    '/v1/ops/users/:id',
    {
      config: { access: 'user.change' },
      schema: {
        tags,
        summary: 'Give an account another role',
        description: 'The last admin stays one.',
        params: IdParams,
        body: Type.Object({ role: Role }, { additionalProperties: false }),
        response: { 200: UserShape },
      },
    },
    async (request) => {
      const userId = request.params.id;
      const { role } = request.body;
      const user = await postgres.transaction().execute(async (tx) => {
        const change = await setRole(tx, { userId, role, actorId: viewerOf(request).id });
        if (change.outcome === 'unknown') throw notFound('account');
        if (change.outcome === 'last_admin') throw lastAdmin();
        if (change.outcome === 'forbidden') throw forbidden('You are no admin any more.');
        if (change.outcome === 'set' && change.before !== role) {
          await writeAudit(tx, authorOf(request), {
            action: 'user.set_role',
            subject: { type: 'user', id: userId },
            before: { role: change.before },
            after: { role },
          });
        }
        return change.user;
      });
      await access.announceChange(userId);
      return describeUser(user);
    },
  );
}

export function lastAdmin(): Problem {
  const detail = 'The installation keeps an admin. Make somebody else an admin first.';
  return new Problem({ status: 409, code: 'last_admin', detail });
}
