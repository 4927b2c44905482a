import { sql } from 'kysely';
import { type Scope, scopes } from '../access/permissions.ts';
import type { Db, Transaction } from './connect.ts';
import type { FoundViewer } from './sessions.ts';

/** A personal access token as its owner sees it again: everything but the token. */
export type Token = {
  readonly id: string;
  readonly name: string;
  readonly scopes: string[];
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly used_at: Date | null;
};

export type NewToken = {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly hash: Buffer;
  readonly expiresAt: Date;
};

const columns = ['id', 'name', 'scopes', 'created_at', 'expires_at', 'used_at'] as const;
/** More than anybody keeps in mind. */
const mostTokens = 100;

/** Undefined when the person has too many already. */
export async function insertToken(tx: Transaction, token: NewToken): Promise<Token | undefined> {
  await tx.selectFrom('users').select('id').where('id', '=', token.userId).forUpdate().execute();
  const { count } = await tx
    .selectFrom('tokens')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', token.userId)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirstOrThrow();
  if (count >= mostTokens) return undefined;
  return tx
    .insertInto('tokens')
    .values({
      id: token.id,
      user_id: token.userId,
      name: token.name,
      token_hash: token.hash,
      scopes: [...token.scopes],
      expires_at: token.expiresAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** Newest first, with those that have run out. */
export function listTokens(
  db: Db,
  { userId, after, limit }: { userId: string; after?: string | undefined; limit: number },
): Promise<Token[]> {
  return db
    .selectFrom('tokens')
    .select(columns)
    .where('user_id', '=', userId)
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export function deleteToken(
  tx: Transaction,
  { userId, id }: { readonly userId: string; readonly id: string },
): Promise<Token | undefined> {
  return tx
    .deleteFrom('tokens')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning(columns)
    .executeTakeFirst();
}

export async function deleteTokens(tx: Transaction, userId: string): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('tokens')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** The person whose token this is, with what it may be used for; notes the use, once in some minutes. */
export async function findViewerByToken(db: Db, hash: Buffer): Promise<FoundViewer | undefined> {
  const row = await db
    .with('used', (cte) =>
      cte
        .updateTable('tokens')
        .set({ used_at: sql<Date>`now()` })
        .where('token_hash', '=', hash)
        .where(sql<boolean>`coalesce(used_at < now() - interval '5 minutes', true)`),
    )
    .selectFrom('tokens')
    .innerJoin('users', 'users.id', 'tokens.user_id')
    .select(['users.id', 'users.role', 'users.email', 'users.name', 'users.locale'])
    .select(['tokens.id as tokenId', 'tokens.scopes', 'tokens.expires_at as expiresAt'])
    .where('token_hash', '=', hash)
    .where('tokens.expires_at', '>', sql<Date>`now()`)
    .where('users.deleting_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { expiresAt, scopes: kept, ...viewer } = row;
  return {
    viewer: { ...viewer, scopes: scopes.filter((scope) => kept.includes(scope)) },
    expiresAtMs: expiresAt.getTime(),
  };
}

/** The same by the token's id, for what was signed in its name. */
export async function findViewerByTokenId(db: Db, id: string): Promise<FoundViewer | undefined> {
  const row = await db
    .selectFrom('tokens')
    .select('token_hash')
    .where('id', '=', id)
    .executeTakeFirst();
  return row && findViewerByToken(db, row.token_hash);
}
