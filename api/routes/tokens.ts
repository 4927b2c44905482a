import { scopes } from '@lectern/db/access/permissions';
import { makeSecret } from '@lectern/db/access/secrets';
import { tokenPrefix } from '@lectern/db/access/viewers';
import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import { newId } from '@lectern/db/postgres/new-id';
import { deleteToken, insertToken, listTokens, type Token } from '@lectern/db/postgres/tokens';
import { type Static, Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { invalidRequest, notFound, Problem } from '../problems/problem.ts';
import { parseInstant } from './parse-instant.ts';
import {
  cutPage,
  defaultLimit,
  Id,
  IdParams,
  Instant,
  Line,
  NextCursor,
  PageQuery,
  readCursor,
} from './shapes.ts';

const Scopes = Type.Array(Type.Enum([...scopes]), {
  minItems: 1,
  uniqueItems: true,
  description:
    '`read` and `write` courses and what is in them; `account` for the account itself; `operations` for those who run the installation',
});

const TokenShape = Type.Object({
  id: Id,
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Type.Union([Instant, Type.Null()]),
});

const NewTokenShape = Type.Object({
  ...TokenShape.properties,
  token: Type.String({ description: 'shown this once' }),
});

const Wanted = Type.Object(
  {
    name: Line(100),
    scopes: Scopes,
    expiresAt: Type.Optional(
      Type.String({ maxLength: 40, description: 'at most a year away; without it 90 days' }),
    ),
  },
  { additionalProperties: false },
);

const dayMs = 24 * 3_600_000;
const defaultLifeMs = 90 * dayMs;
const longestLifeMs = 366 * dayMs;
const tags = ['Access'];

/** Personal access tokens: what programs show instead of a password. */
export function routeTokens(
  app: App,
  { postgres, access }: Pick<Store, 'postgres' | 'access'>,
): void {
  app.post(
    '/v1/me/tokens',
    {
      config: { access: 'token.make', takesNoKey: true },
      schema: {
        tags,
        summary: 'Make a personal access token',
        description: 'It is shown this once. Made with a login: no token makes another one.',
        body: Wanted,
        response: { 201: NewTokenShape },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { name, scopes: wanted } = request.body;
      const expiresAt = readExpiry(request.body.expiresAt, new Date());
      const id = newId();
      const { token, hash } = makeSecret(tokenPrefix);
      const made = await postgres.transaction().execute(async (tx) => {
        const row = await insertToken(tx, {
          id,
          userId: viewer.id,
          name: name.normalize('NFC').trim(),
          scopes: wanted,
          hash,
          expiresAt,
        });
        if (row === undefined) throw tooMany();
        await writeAudit(tx, authorOf(request), {
          action: 'token.create',
          subject: { type: 'token', id },
          after: { scopes: wanted, expiresAt },
        });
        return row;
      });
      reply.code(201).header('location', `/v1/me/tokens/${id}`).header('cache-control', 'no-store');
      return { ...describeToken(made), token };
    },
  );

  app.get(
    '/v1/me/tokens',
    {
      config: { access: 'account.read' },
      schema: {
        tags,
        summary: 'List my tokens',
        description: 'Newest first, without the tokens themselves.',
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: Type.Object({ items: Type.Array(TokenShape), nextCursor: NextCursor }) },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor } = request.query;
      const page = { userId: viewerOf(request).id, after: readCursor(cursor), limit: limit + 1 };
      const { page: rows, nextCursor } = cutPage(await listTokens(postgres, page), limit);
      return { items: rows.map(describeToken), nextCursor };
    },
  );

  app.delete(
    '/v1/me/tokens/:id',
    {
      config: { access: 'account.change' },
      schema: {
        tags,
        summary: 'Take a token back',
        params: IdParams,
        response: { 204: Type.Null({ description: 'It opens nothing any more.' }) },
      },
    },
    async (request, reply) => {
      const { id: userId } = viewerOf(request);
      const { id } = request.params;
      await postgres.transaction().execute(async (tx) => {
        const gone = await deleteToken(tx, { userId, id });
        if (gone === undefined) throw notFound('token');
        await writeAudit(tx, authorOf(request), {
          action: 'token.delete',
          subject: { type: 'token', id },
          before: { scopes: gone.scopes, expiresAt: gone.expires_at },
        });
      });
      await access.announceChange(userId);
      return reply.code(204).send(null);
    },
  );
}

function readExpiry(text: string | undefined, now: Date): Date {
  if (text === undefined) return new Date(now.getTime() + defaultLifeMs);
  const at = parseInstant(text);
  const lifeMs = (at?.getTime() ?? 0) - now.getTime();
  if (at !== undefined && lifeMs > 0 && lifeMs <= longestLifeMs) return at;
  const message = 'must be a time in ISO 8601, in the future and at most a year away';
  throw invalidRequest([{ path: 'body.expiresAt', message }]);
}

function describeToken(token: Token): Static<typeof TokenShape> {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    createdAt: token.created_at.toISOString(),
    expiresAt: token.expires_at.toISOString(),
    lastUsedAt: token.used_at?.toISOString() ?? null,
  };
}

function tooMany(): Problem {
  const detail = 'You have 100 tokens. Take back those that you no longer use.';
  return new Problem({ status: 409, code: 'too_many_tokens', detail });
}
