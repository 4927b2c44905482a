import type { Store } from '@lectern/db/open';
import { type AuditEntry, listAudit } from '@lectern/db/postgres/audit';
import { type Static, Type } from 'typebox';
import type { App } from '../app.ts';
import { invalidRequest } from '../problems/problem.ts';
import { parseInstant } from './parse-instant.ts';
import { cutPage, defaultLimit, Id, Instant, NextCursor, PageQuery, readCursor } from './shapes.ts';

const MaybeText = Type.Union([Type.String(), Type.Null()]);
const Values = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]);

const EntryShape = Type.Object({
  id: Id,
  at: Instant,
  actorId: Type.Union([Id, Type.Null()], { description: 'who did it' }),
  action: Type.String({ description: 'such as `member.set`' }),
  subjectType: Type.String(),
  subjectId: Type.Union([Id, Type.Null()]),
  before: Values,
  after: Values,
  requestId: MaybeText,
  address: MaybeText,
});

const Word = Type.Optional(Type.String({ maxLength: 128 }));

const AuditQuery = Type.Object(
  {
    ...PageQuery,
    actorId: Type.Optional(Id),
    action: Word,
    subjectType: Word,
    subjectId: Type.Optional(Id),
    requestId: Word,
    address: Word,
    from: Type.Optional(
      Type.String({ maxLength: 40, description: 'a time; the first that counts' }),
    ),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'a time; the first after them' })),
  },
  { additionalProperties: false },
);

export function routeAudit(app: App, { postgres }: Pick<Store, 'postgres'>): void {
  app.get(
    '/v1/ops/audit',
    {
      config: { access: 'operations.read' },
      schema: {
        tags: ['Operations'],
        summary: 'Who did what',
        description: 'Newest first. Nothing in it is ever changed or removed.',
        querystring: AuditQuery,
        response: { 200: Type.Object({ items: Type.Array(EntryShape), nextCursor: NextCursor }) },
      },
    },
    async (request) => {
      const { limit = defaultLimit, cursor, from, to, ...filter } = request.query;
      const rows = await listAudit(postgres, {
        ...filter,
        from: readInstant('from', from),
        to: readInstant('to', to),
        after: readCursor(cursor),
        limit: limit + 1,
      });
      const { page, nextCursor } = cutPage(rows, limit);
      return { items: page.map(describeEntry), nextCursor };
    },
  );
}

function readInstant(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const at = parseInstant(text);
  if (at !== undefined) return at.toISOString();
  throw invalidRequest([
    { path: `query.${name}`, message: 'must be a time, such as 2026-01-31T12:00:00Z' },
  ]);
}

function describeEntry(entry: AuditEntry): Static<typeof EntryShape> {
  const { id, action, before, after, address } = entry;
  return {
    id,
    at: entry.at.toISOString(),
    actorId: entry.actor_id,
    action,
    subjectType: entry.subject_type,
    subjectId: entry.subject_id,
    before,
    after,
    requestId: entry.request_id,
    address,
  };
}
