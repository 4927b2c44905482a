import type { Store } from '../open.ts';
import { newId } from '../postgres/new-id.ts';
import { startSession } from '../postgres/sessions.ts';
import type { GlobalRole } from '../postgres/tables.ts';

export type LoggedIn = { readonly userId: string; readonly token: string };

/** A new account with this role, and the token of a login of it. It has no password. */
export async function logInAs(
  { postgres }: Pick<Store, 'postgres'>,
  role: GlobalRole,
): Promise<LoggedIn> {
  const userId = newId();
  await postgres
    .insertInto('users')
    .values({ id: userId, email: `${userId}@example.org`, name: role, password_hash: '-', role })
    .execute();
  return { userId, token: await startSession(postgres, { userId, lifeSeconds: 3_600 }) };
}
