import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { hashSecret, makeSecret } from '../access/secrets.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Db, Transaction } from './connect.ts';
import { bytesOfId, idOfBytes, newId } from './new-id.ts';

/** Two tabs that refresh within this time get the same successor; later it is a stolen token. */
const sameSuccessorMs = 10_000;

export type NewSession = {
  readonly userId: string;
  readonly lifeMs: number;
  readonly userAgent: string | null;
  readonly address: string | null;
};

/** What the person's browser or program gets. Only hashes stay here. */
export type SessionSecrets = {
  readonly sessionId: string;
  readonly cookie: string;
  readonly refreshToken: string;
};

/** Begins a login. Lapsed logins of the person go. */
export async function startSession(
  tx: Transaction | Db,
  session: NewSession,
): Promise<SessionSecrets> {
  const id = newId();
  const cookie = makeSecret();
  const [family, first] = [randomBytes(16), randomBytes(32)];
  await tx
    .with('lapsed', (cte) =>
      cte
        .deleteFrom('sessions')
        .where('user_id', '=', session.userId)
        .where('expires_at', '<=', sql<Date>`now()`),
    )
    .insertInto('sessions')
    .values({
      id,
      user_id: session.userId,
      cookie_hash: cookie.hash,
      family_hash: hashSecret(family),
      current_hash: hashSecret(first),
      user_agent: session.userAgent?.slice(0, 300) ?? null,
      address: session.address,
      expires_at: inFuture(session.lifeMs),
    })
    .execute();
  return { sessionId: id, cookie: cookie.token, refreshToken: write({ id, family, turn: first }) };
}

export type Refreshed =
  | { readonly outcome: 'unknown' }
  /** A token that was replaced came again: somebody copied it. The login is over. */
  | { readonly outcome: 'reused'; readonly userId: string; readonly sessionId: string }
  | {
      readonly outcome: 'refreshed';
      readonly userId: string;
      readonly sessionId: string;
      readonly refreshToken: string;
      /** Of the cookie that belongs to this login. */
      readonly cookieHash: Buffer;
    };

/**
 * Gives the token's successor. It follows from the token and a salt that only the row has, so that it
 * can be given once more to a second tab without being kept.
 */
export async function refreshSession(
  tx: Transaction,
  token: string,
  { lifeMs }: { readonly lifeMs: number },
): Promise<Refreshed> {
  const given = read(token);
  if (given === undefined) return { outcome: 'unknown' };
  const row = await tx
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.user_id', 'family_hash', 'current_hash', 'previous_hash', 'salt'])
    .select('cookie_hash')
    .select(
      sql<boolean>`coalesce(rotated_at > now() - ${sameSuccessorMs}::int * interval '1 millisecond', false)`.as(
        'isRecent',
      ),
    )
    .where('sessions.id', '=', given.id)
    .where('sessions.expires_at', '>', sql<Date>`now()`)
    .where('users.deleting_at', 'is', null)
    .forUpdate('sessions')
    .executeTakeFirst();
  if (row === undefined || !isHashOf(row.family_hash, given.family)) return { outcome: 'unknown' };
  const login = { userId: row.user_id, sessionId: given.id };
  const own = { ...login, cookieHash: row.cookie_hash };

  if (isHashOf(row.current_hash, given.turn)) {
    const salt = randomBytes(16);
    const turn = successorOf(given.turn, salt);
    await tx
      .updateTable('sessions')
      .set({
        current_hash: hashSecret(turn),
        previous_hash: row.current_hash,
        salt,
        rotated_at: sql<Date>`now()`,
        expires_at: inFuture(lifeMs),
      })
      .where('id', '=', given.id)
      .execute();
    return { outcome: 'refreshed', ...own, refreshToken: write({ ...given, turn }) };
  }
  const { previous_hash: previous, salt, isRecent } = row;
  if (isRecent && salt !== null && previous !== null && isHashOf(previous, given.turn)) {
    const turn = successorOf(given.turn, salt);
    return { outcome: 'refreshed', ...own, refreshToken: write({ ...given, turn }) };
  }
  await tx.deleteFrom('sessions').where('id', '=', given.id).execute();
  return { outcome: 'reused', ...login };
}

/** The login that a refresh token belongs to, however old the token is. */
export async function findSessionOfRefresh(
  db: Db,
  token: string,
): Promise<{ readonly id: string; readonly user_id: string } | undefined> {
  const given = read(token);
  if (given === undefined) return undefined;
  return db
    .selectFrom('sessions')
    .select(['id', 'user_id'])
    .where('id', '=', given.id)
    .where('family_hash', '=', hashSecret(given.family))
    .executeTakeFirst();
}

/** Ends one login; false when it was over. */
export async function endSession(
  tx: Transaction,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('sessions')
    .where('id', '=', sessionId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Ends all logins of a person, but one where it is named; gives their number. */
export async function endSessions(
  tx: Transaction,
  { userId, except }: { readonly userId: string; readonly except?: string | undefined },
): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .$if(except !== undefined, (query) => query.where('id', '!=', except ?? ''))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

export type SessionView = {
  readonly id: string;
  readonly user_agent: string | null;
  readonly address: string | null;
  readonly created_at: Date;
  readonly rotated_at: Date | null;
  readonly expires_at: Date;
};

/** Newest first. */
export function listSessions(
  db: Db,
  { userId, after, limit }: { userId: string; after?: string | undefined; limit: number },
): Promise<SessionView[]> {
  return db
    .selectFrom('sessions')
    .select(['id', 'user_agent', 'address', 'created_at', 'rotated_at', 'expires_at'])
    .where('user_id', '=', userId)
    .where('expires_at', '>', sql<Date>`now()`)
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export type FoundViewer = { readonly viewer: Viewer; readonly expiresAtMs: number };

export function findViewerBySession(db: Db, sessionId: string): Promise<FoundViewer | undefined> {
  return findViewerWhere(db, { column: 'sessions.id', value: sessionId });
}

export function findViewerByCookie(db: Db, hash: Buffer): Promise<FoundViewer | undefined> {
  return findViewerWhere(db, { column: 'sessions.cookie_hash', value: hash });
}

async function findViewerWhere(
  db: Db,
  by:
    | { readonly column: 'sessions.id'; readonly value: string }
    | { readonly column: 'sessions.cookie_hash'; readonly value: Buffer },
): Promise<FoundViewer | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'users.role', 'users.email', 'users.name', 'users.locale'])
    .select(['sessions.id as sessionId', 'sessions.expires_at as expiresAt'])
    .where(by.column, '=', by.value)
    .where('sessions.expires_at', '>', sql<Date>`now()`)
    .where('users.deleting_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { expiresAt, ...viewer } = row;
  return { viewer, expiresAtMs: expiresAt.getTime() };
}

/** Whose login it is, a secret that all tokens of the login share, and one that changes each time. */
type Refresh = { readonly id: string; readonly family: Buffer; readonly turn: Buffer };

function write({ id, family, turn }: Refresh): string {
  return Buffer.concat([bytesOfId(id), family, turn]).toString('base64url');
}

function read(token: string): Refresh | undefined {
  if (!/^[\w-]{86}$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const id = idOfBytes(bytes.subarray(0, 16));
  return { id, family: bytes.subarray(16, 32), turn: bytes.subarray(32) };
}

function successorOf(turn: Buffer, salt: Buffer): Buffer {
  return createHmac('sha256', turn).update(salt).digest();
}

function isHashOf(hash: Buffer, secret: Buffer): boolean {
  return timingSafeEqual(hash, hashSecret(secret));
}

function inFuture(ms: number) {
  return sql<Date>`now() + ${ms}::bigint * interval '1 millisecond'`;
}
