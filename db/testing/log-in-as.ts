import type { Store } from '../open.ts';
import { newId } from '../postgres/new-id.ts';
import { startSession } from '../postgres/sessions.ts';
import type { GlobalRole } from '../postgres/tables.ts';

export type LoggedIn = {
  readonly userId: string;
  readonly sessionId: string;
  /** An access token. */
  readonly token: string;
  /** What a browser would send. */
  readonly cookie: string;
  readonly refreshToken: string;
};

/** A new account with this role, and a login of it. It has no password. */
export async function logInAs(
  store: Pick<Store, 'postgres' | 'access'>,
  role: GlobalRole,
): Promise<LoggedIn> {
  const userId = newId();
  await store.postgres
    .insertInto('users')
    .values({ id: userId, email: `${userId}@example.org`, name: role, password_hash: '-', role })
    .execute();
  return logInAgain(store, userId);
}

/** One more login of the account. */
export async function logInAgain(
  { postgres, access }: Pick<Store, 'postgres' | 'access'>,
  userId: string,
): Promise<LoggedIn> {
  const lifeMs = 3_600_000;
  const session = { userId, lifeMs, userAgent: null, address: null };
  const { sessionId, cookie, refreshToken } = await startSession(postgres, session);
  const token = await access.issueToken({ userId, sessionId });
  return { userId, sessionId, token, cookie, refreshToken };
}
