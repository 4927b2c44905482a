import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import { newId } from './new-id.ts';
import type { Place } from './tables.ts';

export type ChunkLanguage = 'english' | 'russian' | 'simple';

/** What search finds: some paragraphs, their place, and the language whose word forms they follow. */
export type Chunk = {
  readonly text: string;
  readonly place: Place;
  readonly language: ChunkLanguage;
};

/** Those that are as they were stay, with their ids: nothing of them has to be made anew. */
export async function replaceChunks(
  tx: Transaction,
  { id: materialId, courseId }: { id: string; courseId: string },
  chunks: readonly Chunk[],
): Promise<void> {
  const numbered = chunks.map((chunk, i) => ({ ...chunk, number: i + 1 }));
  const waiting = Map.groupBy(numbered, keyOf);
  const moved: { id: string; number: number }[] = [];
  const gone: string[] = [];
  for (const there of await listChunks(tx, materialId)) {
    const same = waiting.get(keyOf(there))?.shift();
    if (same === undefined) gone.push(there.id);
    else if (same.number !== there.number) moved.push({ id: there.id, number: same.number });
  }
  await sql`delete from chunks where id = any(${gone}::uuid[])`.execute(tx);
  await renumber(tx, moved);
  const fresh = [...waiting.values()].flat();
  await insertChunks(
    tx,
    courseId,
    fresh.map((chunk) => ({ ...chunk, materialId, nodeId: null })),
  );
}

async function listChunks(tx: Transaction, materialId: string) {
  const { rows } = await sql<Chunk & { readonly id: string; readonly number: number }>`
    select id, number, text, place, language::text from chunks
    where material_id = ${materialId} order by number for update`.execute(tx);
  return rows;
}

function keyOf({ text, place, language }: Chunk): string {
  const known = Object.entries(place).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([text, known, language]);
}

/** In two steps, because on the way no two may have the same. */
async function renumber(
  tx: Transaction,
  moved: readonly { readonly id: string; readonly number: number }[],
): Promise<void> {
  if (moved.length === 0) return;
  const ids = moved.map(({ id }) => id);
  await sql`update chunks set number = -number where id = any(${ids}::uuid[])`.execute(tx);
  await sql`
    update chunks set number = moved.number
    from unnest(${ids}::uuid[], ${moved.map(({ number }) => number)}::int[]) as moved(id, number)
    where chunks.id = moved.id`.execute(tx);
}

export type NodeChunks = { readonly nodeId: string; readonly chunks: readonly Chunk[] };

/** The texts of these nodes that search finds now, in their order. */
export async function listNodeChunks(
  db: Db,
  courseId: string,
  nodeIds: readonly string[],
): Promise<Map<string, Pick<Chunk, 'text' | 'language'>[]>> {
  const { rows } = await sql<Pick<Chunk, 'text' | 'language'> & { readonly nodeId: string }>`
    select node_id as "nodeId", text, language from chunks
    where course_id = ${courseId} and node_id = any(${nodeIds}::text[])
    order by node_id, number`.execute(db);
  return Map.groupBy(rows, ({ nodeId }) => nodeId);
}

export async function replaceNodeChunks(
  tx: Transaction,
  courseId: string,
  nodes: readonly NodeChunks[],
): Promise<void> {
  if (nodes.length === 0) return;
  await sql`
    delete from chunks where course_id = ${courseId}
      and node_id = any(${nodes.map(({ nodeId }) => nodeId)}::text[])`.execute(tx);
  await insertChunks(
    tx,
    courseId,
    nodes.flatMap(({ nodeId, chunks }) =>
      chunks.map((chunk, i) => ({ ...chunk, materialId: null, nodeId, number: i + 1 })),
    ),
  );
}

type ChunkRow = Chunk & {
  readonly materialId: string | null;
  readonly nodeId: string | null;
  readonly number: number;
};

/** A whole book in one statement would meet the statement's time limit. */
const batch = 500;

async function insertChunks(
  tx: Transaction,
  courseId: string,
  all: readonly ChunkRow[],
): Promise<void> {
  for (let from = 0; from < all.length; from += batch) {
    const chunks = all.slice(from, from + batch);
    await sql`
      insert into chunks (id, course_id, material_id, node_id, number, text, place, language)
      select id, ${courseId}::uuid, material_id, node_id, number, text, place, language::regconfig
      from unnest(
        ${chunks.map(() => newId())}::uuid[],
        ${chunks.map(({ materialId }) => materialId)}::uuid[],
        ${chunks.map(({ nodeId }) => nodeId)}::text[],
        ${chunks.map(({ number }) => number)}::int[],
        ${chunks.map(({ text }) => text)}::text[],
        ${chunks.map(({ place }) => JSON.stringify(place))}::jsonb[],
        ${chunks.map(({ language }) => language)}::text[]
      ) as chunk(id, material_id, node_id, number, text, place, language)`.execute(tx);
  }
}
