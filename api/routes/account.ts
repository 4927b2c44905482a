import { hashSecret, makeSecret } from '@lectern/db/access/secrets';
import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import { type Deletion, findDeletionByToken, insertDeletion } from '@lectern/db/postgres/deletions';
import { newId } from '@lectern/db/postgres/new-id';
import { endSessions } from '@lectern/db/postgres/sessions';
import { deleteTokens } from '@lectern/db/postgres/tokens';
import { isOnlyAdmin } from '@lectern/db/postgres/user-roles';
import { markDeleting } from '@lectern/db/postgres/users';
import { type Static, Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { clearLoginCookies } from '../access/login-cookies.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, unauthenticated } from '../problems/problem.ts';
import { Id, IdParams, Instant } from './shapes.ts';
import { lastAdmin } from './users.ts';

const Receipt = Type.Object({
  id: Id,
  status: Type.Enum(['processing', 'ready']),
  requestedAt: Instant,
  finishedAt: Type.Union([Instant, Type.Null()]),
  removed: Type.Union([Type.Record(Type.String(), Type.Number()), Type.Null()], {
    description: 'how many of what is gone',
  }),
});

const Begun = Type.Object({
  ...Receipt.properties,
  receiptUrl: Type.String({ description: 'shown this once; whoever has it may read the receipt' }),
});

const tags = ['Access'];

export function routeAccount(
  app: App,
  { postgres, access }: Pick<Store, 'postgres' | 'access'>,
): void {
  app.delete(
    '/v1/me',
    {
      config: { access: 'account.delete', takesNoKey: true },
      schema: {
        tags,
        summary: 'Delete my account',
        description:
          'All logins end at once. A worker then removes the account and what only it owns; courses with another owner go to that one. The receipt says what was removed.',
        response: { 202: Begun },
      },
    },
    async (request, reply) => {
      const { id: userId } = viewerOf(request);
      const { token, hash } = makeSecret();
      const deletion = await postgres.transaction().execute(async (tx) => {
        if (await isOnlyAdmin(tx, userId)) throw lastAdmin();
        if (!(await markDeleting(tx, userId))) throw unauthenticated();
        await endSessions(tx, { userId });
        await deleteTokens(tx, userId);
        await writeAudit(tx, authorOf(request), {
          action: 'account.ask_deletion',
          subject: { type: 'user', id: userId },
        });
        const id = newId();
        return insertDeletion(tx, { id, userId, tokenHash: hash, requestId: request.id });
      });
      await access.announceChange(userId);
      clearLoginCookies(request, reply);
      // Not in the path: paths are logged.
      const receiptUrl = `/v1/receipts/${deletion.id}?key=${token}`;
      reply.code(202).header('location', receiptUrl);
      return { ...describeReceipt(deletion), receiptUrl };
    },
  );

  app.get(
    '/v1/receipts/:id',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'What became of a deleted account',
        description: 'With the address that the deletion answered; it needs no login.',
        params: IdParams,
        querystring: Type.Object(
          { key: Type.String({ maxLength: 100 }) },
          { additionalProperties: false },
        ),
        response: { 200: Receipt },
      },
    },
    async (request, reply) => {
      const deletion = await findDeletionByToken(postgres, hashSecret(request.query.key));
      if (deletion?.id !== request.params.id) throw notFound('receipt');
      reply.header('cache-control', 'no-store');
      return describeReceipt(deletion);
    },
  );
}

function describeReceipt(deletion: Deletion): Static<typeof Receipt> {
  const { id, finished_at: finishedAt, removed } = deletion;
  return {
    id,
    status: finishedAt === null ? 'processing' : 'ready',
    requestedAt: deletion.requested_at.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    removed,
  };
}
