import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import { endSession } from '@lectern/db/postgres/sessions';
import type { FastifyRequest } from 'fastify';
import { authorOf } from './author.ts';

/** Ends one login and tells all processes, so that its sockets close; false when it was over. */
export async function logOut(
  { postgres, access }: Pick<Store, 'postgres' | 'access'>,
  request: FastifyRequest,
  login: { readonly userId: string; readonly sessionId: string },
): Promise<boolean> {
  const { userId, sessionId } = login;
  const isEnded = await postgres.transaction().execute(async (tx) => {
    if (!(await endSession(tx, login))) return false;
    await writeAudit(tx, authorOf(request, userId), {
      action: 'login.end',
      subject: { type: 'login', id: sessionId },
    });
    return true;
  });
  await access.announceChange(userId);
  return isEnded;
}
