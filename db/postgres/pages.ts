import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import type { Place } from './tables.ts';

/** A piece of a material's text, with where it stands. */
export type Page = {
  /** In the order of reading; those of one page or slide begin at a thousand times its number. */
  readonly number: number;
  readonly text: string;
  readonly place: Place;
  /** How sure whoever read it from a picture was, from 0 to 1. */
  readonly confidence?: number;
};

export async function replacePages(
  tx: Transaction,
  materialId: string,
  pages: readonly Page[],
): Promise<void> {
  await tx.deleteFrom('pages').where('material_id', '=', materialId).execute();
  await addPages(tx, materialId, pages);
}

/** Leaves what was read from pages and pictures that need not be looked at again. */
export async function replaceReadPages(
  tx: Transaction,
  materialId: string,
  pages: readonly Page[],
): Promise<void> {
  // What a scan says has its number and those after it, on the same page or slide.
  await sql`
    delete from pages where material_id = ${materialId} and not coalesce((
      select done_at is not null from scans
      where scans.material_id = pages.material_id and scans.number <= pages.number
        and scans.number / 1000 = pages.number / 1000
      order by scans.number desc limit 1), false)`.execute(tx);
  await addPages(tx, materialId, pages);
}

/** Adds pieces; one that has the number of another takes its place. */
export async function addPages(
  tx: Transaction,
  materialId: string,
  pages: readonly Page[],
): Promise<void> {
  await sql`
    insert into pages (material_id, number, text, place, confidence)
    select ${materialId}::uuid, * from unnest(
      ${pages.map(({ number }) => number)}::int[],
      ${pages.map(({ text }) => text)}::text[],
      ${pages.map(({ place }) => JSON.stringify(place))}::jsonb[],
      ${pages.map(({ confidence }) => confidence ?? null)}::real[]
    )
    on conflict (material_id, number) do update
      set text = excluded.text, place = excluded.place, confidence = excluded.confidence`.execute(
    tx,
  );
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

/** Those of one page or slide that come before what is seen on it. */
export function listPagesBetween(
  db: Db,
  materialId: string,
  { from, before }: { readonly from: number; readonly before: number },
): Promise<Page[]> {
  return db
    .selectFrom('pages')
    .select(['number', 'text', 'place'])
    .where('material_id', '=', materialId)
    .where('number', '>=', from)
    .where('number', '<', before)
    .orderBy('number')
    .execute();
}
