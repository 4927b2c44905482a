import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { newId } from './new-id.ts';
import type { GlobalRole } from './tables.ts';

/** Who asks. Queries that return what people own take one. */
export type Viewer = {
  readonly id: string;
  readonly role: GlobalRole;
  readonly email: string;
  readonly name: string;
};

/** The cookie that carries the token for browsers. */
export const sessionCookie = 'lectern_session';

const tokenPattern = /^[\w-]{43}$/;

/** The person whose login this token is, while it lasts. */
export async function findViewer(db: Db, token: string): Promise<Viewer | undefined> {
  if (!tokenPattern.test(token)) return undefined;
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'users.role', 'users.email', 'users.name'])
    .where('sessions.token_hash', '=', hashToken(token))
    .where('sessions.expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
}

/** Begins a login and returns its token, which is kept nowhere. Lapsed logins of the person go. */
export async function startSession(
  db: Db,
  { userId, lifeSeconds }: { userId: string; lifeSeconds: number },
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db
    .with('lapsed', (cte) =>
      cte
        .deleteFrom('sessions')
        .where('user_id', '=', userId)
        .where('expires_at', '<=', sql<Date>`now()`),
    )
    .insertInto('sessions')
    .values({
      id: newId(),
      user_id: userId,
      token_hash: hashToken(token),
      expires_at: sql<Date>`now() + make_interval(secs => ${lifeSeconds})`,
    })
    .execute();
  return token;
}

export async function endSession(db: Db, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('token_hash', '=', hashToken(token)).execute();
}

/** A copy of the table gives nobody a login: it holds hashes of 256 random bits. */
function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
