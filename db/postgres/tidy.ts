import { sql } from 'kysely';
import type { Db } from './connect.ts';

/**
 * Ended runs that are about no row, such as canaries, or about a material that is gone. Those of a
 * subject that is there are part of its state.
 */
export async function deleteEndedRuns(db: Db, endedBefore: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('runs')
    .where(
      sql<boolean>`(subject is null or job like 'material.%'
        and not exists (select from materials where materials.id = runs.subject))`,
    )
    .where('state', 'in', ['done', 'cancelled'])
    .where('finished_at', '<', endedBefore)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

export async function deleteExpiredSessions(db: Db, now: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('expires_at', '<', now)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Personal access tokens; their owner sees for a while that they ran out. */
export async function deleteExpiredTokens(db: Db, expiredBefore: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('tokens')
    .where('expires_at', '<', expiredBefore)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Accepted ones too: what came of them is a membership, and they hold an address. */
export async function deleteExpiredInvitations(db: Db, expiredBefore: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('invitations')
    .where('expires_at', '<', expiredBefore)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Which of these are materials that exist. Compared as text: a folder name may be anything. */
export async function listKnownMaterials(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id::text from materials where id::text = any(${ids}::text[])`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

export async function listKnownExports(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id::text from exports where id::text = any(${ids}::text[])`.execute(db);
  return new Set(rows.map(({ id }) => id));
}
