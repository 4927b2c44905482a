import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import type { Place, Tables } from './tables.ts';

/** A page or a picture that has to be looked at to be read. */
export type Scan = {
  readonly number: number;
  readonly place: Place;
  readonly why: Tables['scans']['why'];
  /** Of a picture; a page is one of its material's. */
  readonly object_key: string | null;
};

/** One that is as it was, and that somebody has looked at, is not to be looked at again. */
export async function replaceScans(
  tx: Transaction,
  materialId: string,
  scans: readonly Scan[],
): Promise<void> {
  await sql`
    delete from scans where material_id = ${materialId}
      and number <> all(${scans.map(({ number }) => number)}::int[])`.execute(tx);
  await sql`
    insert into scans (material_id, number, place, why, object_key)
    select ${materialId}::uuid, * from unnest(
      ${scans.map(({ number }) => number)}::int[],
      ${scans.map(({ place }) => JSON.stringify(place))}::jsonb[],
      ${scans.map(({ why }) => why)}::text[],
      ${scans.map(({ object_key: key }) => key)}::text[]
    )
    on conflict (material_id, number) do update set
      place = excluded.place, why = excluded.why, object_key = excluded.object_key,
      done_at = case when scans.place = excluded.place and scans.why = excluded.why
        and scans.object_key is not distinct from excluded.object_key then scans.done_at end`.execute(
    tx,
  );
}

/** Those that nobody has looked at yet, in the order of reading. */
export function listOpenScans(db: Db, materialId: string): Promise<Scan[]> {
  return db
    .selectFrom('scans')
    .select(['number', 'place', 'why', 'object_key'])
    .where('material_id', '=', materialId)
    .where('done_at', 'is', null)
    .orderBy('number')
    .execute();
}

export async function countScans(db: Db, materialId: string): Promise<number> {
  const { count } = await db
    .selectFrom('scans')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('material_id', '=', materialId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Somebody has looked, whatever they saw. */
export async function endScan(
  tx: Transaction,
  { materialId, number }: { readonly materialId: string; readonly number: number },
): Promise<void> {
  await tx
    .updateTable('scans')
    .set({ done_at: new Date() })
    .where('material_id', '=', materialId)
    .where('number', '=', number)
    .execute();
}
