import { sql } from 'kysely';
import type { Transaction } from './connect.ts';
import { newId } from './new-id.ts';
import type { Place } from './tables.ts';

export type ChunkLanguage = 'english' | 'russian' | 'simple';

/** What search finds: some paragraphs, their place, and the language whose word forms they follow. */
export type Chunk = {
  readonly text: string;
  readonly place: Place;
  readonly language: ChunkLanguage;
};

export async function replaceChunks(
  tx: Transaction,
  material: { id: string; courseId: string },
  chunks: readonly Chunk[],
): Promise<void> {
  await tx.deleteFrom('chunks').where('material_id', '=', material.id).execute();
  for (let from = 0; from < chunks.length; from += batch) {
    await insertChunks(tx, material, { from, chunks: chunks.slice(from, from + batch) });
  }
}

/** A whole book in one statement would meet the statement's time limit. */
const batch = 500;

async function insertChunks(
  tx: Transaction,
  material: { id: string; courseId: string },
  { from, chunks }: { from: number; chunks: readonly Chunk[] },
): Promise<void> {
  await sql`
    insert into chunks (id, material_id, course_id, number, text, place, language)
    select chunk.id, ${material.id}::uuid, ${material.courseId}::uuid, chunk.number, chunk.text,
      chunk.place, chunk.language::regconfig
    from unnest(
      ${chunks.map(() => newId())}::uuid[],
      ${chunks.map((_, i) => from + i + 1)}::int[],
      ${chunks.map(({ text }) => text)}::text[],
      ${chunks.map(({ place }) => JSON.stringify(place))}::jsonb[],
      ${chunks.map(({ language }) => language)}::text[]
    ) as chunk(id, number, text, place, language)`.execute(tx);
}
