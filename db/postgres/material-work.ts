import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import type { RunError } from './job-tables.ts';
import { type Material, materialColumns } from './materials.ts';

/** What says how far a material is, beside its runs. */
export function findMaterialProgress(
  db: Db,
  id: string,
): Promise<Pick<Material, 'id' | 'course_id' | 'kind' | 'source_url' | 'analysis'> | undefined> {
  return db
    .selectFrom('materials')
    .select(['id', 'course_id', 'kind', 'source_url', 'analysis'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** The material as it is now; until the transaction ends nobody else changes it or begins work on it. */
export function holdMaterial(tx: Transaction, id: string): Promise<Material | undefined> {
  return tx
    .selectFrom('materials')
    .select(materialColumns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * The same, after all work on it was ended. A worker that is at it finds that its run is lost, and
 * writes nothing more.
 */
export async function holdWithoutWork(
  tx: Transaction,
  id: string,
  reason: RunError,
): Promise<Material | undefined> {
  // Before the material: a run that ends holds its own row while it writes those of its material.
  await endWork(tx, { id, reason, lock: sql`for update` });
  const material = await holdMaterial(tx, id);
  if (material === undefined) return undefined;
  // What one that ended in between had put next. One that is ending just now waits for the material:
  // waiting for it would be for ever, and it finds what became of the material.
  await endWork(tx, { id, reason, lock: sql`for update skip locked` });
  return material;
}

type Ending = {
  readonly id: string;
  readonly reason: RunError;
  readonly lock: ReturnType<typeof sql>;
};

async function endWork(tx: Transaction, { id, reason, lock }: Ending): Promise<void> {
  await sql`
    with held as (
      select id from runs where subject = ${id} and state in ('queued', 'running')
      order by id ${lock}
    ), ended as (
      update runs set state = 'cancelled', fence = fence + 1, finished_at = now(),
        error = ${JSON.stringify(reason)}::jsonb
      where id = any(array(select id from held)) returning line
    )
    delete from outbox where id in (select line from ended)`.execute(tx);
}
