import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { newId } from './new-id.ts';

/** One person's key for one request. */
export type Claim = {
  readonly userId: string;
  readonly key: string;
  /** Of what is known before the body of an upload was read. */
  readonly requestHash: string;
};

/** The right to answer for a key. What the request makes gets `resourceId`, also when tried again. */
export type Holding = Omit<Claim, 'requestHash'> & {
  readonly holder: string;
  readonly resourceId: string;
};

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of an upload's files; null for other requests. */
  readonly bodyHash: string | null;
};

export type FirstRequest = {
  readonly requestHash: string;
  /** Undefined while it still runs. */
  readonly answer: Answer | undefined;
};

/**
 * Takes a key that is new, older than a day, or was left by a process that died: one that is alive
 * says so every 15 s. Undefined when somebody else has it.
 */
export async function claimKey(db: Db, claim: Claim): Promise<Holding | undefined> {
  const holder = newId();
  const { rows } = await sql<{ resourceId: string }>`
    insert into idempotency as entry (user_id, key, request_hash, resource_id, holder)
    values (${claim.userId}, ${claim.key}, ${claim.requestHash}, ${newId()}, ${holder})
    on conflict (user_id, key) do update set
      request_hash = excluded.request_hash, holder = excluded.holder, seen_at = now(),
      status = null, headers = null, body = null, body_hash = null,
      resource_id = case when ${expired} then excluded.resource_id else entry.resource_id end,
      created_at = case when ${expired} then now() else entry.created_at end
    where ${expired} or (entry.status is null and entry.seen_at < now() - interval '1 minute'
      and entry.request_hash = excluded.request_hash)
    returning resource_id as "resourceId"`.execute(db);
  const { userId, key } = claim;
  return rows[0] && { userId, key, holder, resourceId: rows[0].resourceId };
}

const expired = sql`entry.created_at < now() - interval '24 hours'`;

export async function findFirstRequest(
  db: Db,
  { userId, key }: Pick<Claim, 'userId' | 'key'>,
): Promise<FirstRequest | undefined> {
  const row = await db
    .selectFrom('idempotency')
    .select(['request_hash', 'body_hash', 'status', 'headers', 'body'])
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { request_hash: requestHash, body_hash: bodyHash, status, headers, body } = row;
  if (status === null) return { requestHash, answer: undefined };
  return { requestHash, answer: { status, headers: headers ?? {}, body: body ?? '', bodyHash } };
}

export async function keepHolding(db: Db, mine: Holding): Promise<void> {
  await whereMine(db.updateTable('idempotency').set({ seen_at: sql<Date>`now()` }), mine).execute();
}

export async function saveAnswer(db: Db, mine: Holding, answer: Answer): Promise<void> {
  const { status, headers, body, bodyHash } = answer;
  const values = { status, body, body_hash: bodyHash, headers: JSON.stringify(headers) };
  await whereMine(db.updateTable('idempotency').set(values), mine).execute();
}

/** Gives the key back, so that the same request can be tried again. */
export async function releaseKey(db: Db, mine: Holding): Promise<void> {
  await whereMine(db.deleteFrom('idempotency'), mine).execute();
}

export async function deleteExpiredKeys(db: Db): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from idempotency where created_at < now() - interval '24 hours'`.execute(db);
  return Number(numAffectedRows);
}

type Filterable<Query> = {
  where(column: 'user_id' | 'key' | 'holder', operator: '=', value: string): Query;
};

function whereMine<Query extends Filterable<Query>>(query: Query, mine: Holding): Query {
  const { userId, key, holder } = mine;
  return query.where('user_id', '=', userId).where('key', '=', key).where('holder', '=', holder);
}
