import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import type { Place } from './tables.ts';

/** A piece of a material's text, with where it stands. */
export type Page = { readonly number: number; readonly text: string; readonly place: Place };

export async function replacePages(
  tx: Transaction,
  materialId: string,
  pages: readonly Page[],
): Promise<void> {
  await tx.deleteFrom('pages').where('material_id', '=', materialId).execute();
  await sql`
    insert into pages (material_id, number, text, place)
    select ${materialId}::uuid, * from unnest(
      ${pages.map(({ number }) => number)}::int[],
      ${pages.map(({ text }) => text)}::text[],
      ${pages.map(({ place }) => JSON.stringify(place))}::jsonb[]
    )`.execute(tx);
}

export function listPages(db: Db, materialId: string): Promise<Page[]> {
  return db
    .selectFrom('pages')
    .select(['number', 'text', 'place'])
    .where('material_id', '=', materialId)
    .orderBy('number')
    .execute();
}

/** As many as fit well into memory; begin with 0 and go on from the last page's number. */
const pagesPerBatch = 50;

export function listPagesAfter(db: Db, materialId: string, number: number): Promise<Page[]> {
  return db
    .selectFrom('pages')
    .select(['number', 'text', 'place'])
    .where('material_id', '=', materialId)
    .where('number', '>', number)
    .orderBy('number')
    .limit(pagesPerBatch)
    .execute();
}
