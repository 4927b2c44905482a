import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import { endSessions, listSessions } from '@lectern/db/postgres/sessions';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { logOut } from '../access/log-out.ts';
import { clearLoginCookies } from '../access/login-cookies.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import {
  cutPage,
  defaultLimit,
  Id,
  IdParams,
  Instant,
  NextCursor,
  PageQuery,
  readCursor,
} from './shapes.ts';

const MaybeText = Type.Union([Type.String(), Type.Null()]);

const SessionShape = Type.Object({
  id: Id,
  isCurrent: Type.Boolean(),
  userAgent: MaybeText,
  address: MaybeText,
  createdAt: Instant,
  refreshedAt: Type.Union([Instant, Type.Null()]),
  expiresAt: Instant,
});

const tags = ['Access'];

/** The places where a person is logged in. */
export function routeSessions(app: App, store: Pick<Store, 'postgres' | 'access'>): void {
  const { postgres, access } = store;

  app.get(
    '/v1/me/sessions',
    {
      config: { access: 'account.read' },
      schema: {
        tags,
        summary: 'List where I am logged in',
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: Type.Object({ items: Type.Array(SessionShape), nextCursor: NextCursor }) },
      },
    },
    async (request) => {
      const { id: userId, sessionId } = viewerOf(request);
      const { limit = defaultLimit, cursor } = request.query;
      const rows = await listSessions(postgres, {
        userId,
        after: readCursor(cursor),
        limit: limit + 1,
      });
      const { page, nextCursor } = cutPage(rows, limit);
      const items = page.map((row) => ({
        id: row.id,
        isCurrent: row.id === sessionId,
        userAgent: row.user_agent,
        address: row.address,
        createdAt: row.created_at.toISOString(),
        refreshedAt: row.rotated_at?.toISOString() ?? null,
        expiresAt: row.expires_at.toISOString(),
      }));
      return { items, nextCursor };
    },
  );

  app.delete(
    '/v1/me/sessions/:id',
    {
      config: { access: 'account.change' },
      schema: {
        tags,
        summary: 'End one of my logins',
        params: IdParams,
        response: { 204: Type.Null({ description: 'The login is over.' }) },
      },
    },
    async (request, reply) => {
      const { id: userId } = viewerOf(request);
      const login = { userId, sessionId: request.params.id };
      if (!(await logOut(store, request, login))) throw notFound('login');
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/auth/logout-everywhere',
    {
      config: { access: 'account.change' },
      schema: {
        tags,
        summary: 'End all my logins, this one too',
        description: 'Personal access tokens stay; they have a list of their own.',
        response: { 204: Type.Null({ description: 'All logins are over.' }) },
      },
    },
    async (request, reply) => {
      const { id: userId } = viewerOf(request);
      await postgres.transaction().execute(async (tx) => {
        const ended = await endSessions(tx, { userId });
        await writeAudit(tx, authorOf(request), {
          action: 'login.end_all',
          subject: { type: 'user', id: userId },
          after: { ended },
        });
      });
      await access.announceChange(userId);
      clearLoginCookies(request, reply);
      return reply.code(204).send(null);
    },
  );
}
