import { sql } from 'kysely';
import type { Db } from './connect.ts';

export type Process = {
  readonly id: string;
  readonly role: string;
  readonly takes: readonly string[];
  readonly host: string;
  readonly pid: number;
};

export type SeenProcess = Process & { readonly startedAt: Date; readonly seenAt: Date };

/** Says that a process is alive, by the database's clock, and forgets those long gone. */
export async function upsertProcess(db: Db, seen: Process): Promise<void> {
  await db
    .with('forgotten', (query) =>
      query
        .deleteFrom('processes')
        .where('id', '!=', seen.id)
        .where('seen_at', '<', sql<Date>`now() - interval '1 hour'`),
    )
    .insertInto('processes')
    .values({ ...seen, takes: [...seen.takes] })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        takes: eb.ref('excluded.takes'),
        seen_at: sql<Date>`now()`,
      })),
    )
    .execute();
}

export async function removeProcess(db: Db, processId: string): Promise<void> {
  await db.deleteFrom('processes').where('id', '=', processId).execute();
}

/** The processes that said so within 15 s, which is three of their turns. */
export async function listProcesses(db: Db): Promise<SeenProcess[]> {
  return await db
    .selectFrom('processes')
    .select(['id', 'role', 'takes', 'host', 'pid', 'started_at as startedAt', 'seen_at as seenAt'])
    .where('seen_at', '>', sql<Date>`now() - interval '15 seconds'`)
    .orderBy('role')
    .orderBy('started_at')
    .execute();
}
