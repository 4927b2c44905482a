import { sql } from 'kysely';
import { removeMaterialFiles } from '../jobs/remove.ts';
import { type Author, writeAudit } from './audit.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';
import { holdWithoutWork } from './material-work.ts';
import type { Material } from './materials.ts';
import { listTaken, showSidecars } from './sidecars.ts';

export type RemovedMaterial = {
  readonly material: Material;
  readonly deletedAt: Date;
  /** Of all tables together. */
  readonly rows: number;
  /** Of its text. */
  readonly pieces: number;
  readonly chunks: number;
  /** Of the course's graph, which still speak of it. */
  readonly nodes: readonly { readonly id: string; readonly title: string }[];
};

/** Where all that is stored of a material lies. */
export function folderOf({ id, course_id }: Pick<Material, 'id' | 'course_id'>): string {
  return `materials/${course_id}/${id}/`;
}

/**
 * Removes a material with its text and the work on it, and puts down that its files are to follow.
 * Undefined where there is none any more.
 */
export async function removeMaterial(
  tx: Transaction,
  { id, stored }: { readonly id: string; readonly stored: { objects: number; bytes: number } },
  author: Author,
): Promise<RemovedMaterial | undefined> {
  const material = await holdWithoutWork(tx, id, gone);
  if (material === undefined) return undefined;
  const taken = await listTaken(tx, id);
  const { rows, pieces, chunks } = await deleteRows(tx, id);
  await showSidecars(tx, taken, { owner: author.userId, request_id: author.requestId });
  const nodes = await listNodesNaming(tx, material);
  await enqueue(
    tx,
    removeMaterialFiles,
    { courseId: material.course_id, materialId: id },
    author.requestId === null ? {} : { requestId: author.requestId },
  );
  await writeAudit(tx, author, {
    action: 'material.remove',
    subject: { type: 'material', id },
    before: {
      courseId: material.course_id,
      sha256: material.sha256,
      sizeBytes: material.size_bytes,
    },
    after: { rows, pieces, chunks, ...stored },
  });
  return { material, deletedAt: new Date(), rows, pieces, chunks, nodes };
}

const gone = { code: 'material_gone', message: 'The material was deleted.' };

/** What is kept of a material beside itself; of two that are about each other the inner one first. */
const tablesOfMaterial = [
  'uploads',
  'pages',
  'chunks',
  'scans',
  'caption_cues',
  'captions',
  'speech_pieces',
  'material_versions',
] as const;

async function deleteRows(tx: Transaction, id: string) {
  const counts: Partial<Record<(typeof tablesOfMaterial)[number], number>> = {};
  for (const table of tablesOfMaterial) {
    const { numDeletedRows } = await tx
      .deleteFrom(table)
      .where('material_id', '=', id)
      .executeTakeFirst();
    counts[table] = Number(numDeletedRows);
  }
  await tx.deleteFrom('materials').where('id', '=', id).execute();
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 1);
  return { rows, pieces: counts.pages ?? 0, chunks: counts.chunks ?? 0 };
}

const mostNodes = 100;

async function listNodesNaming(
  tx: Transaction,
  { id, course_id }: Pick<Material, 'id' | 'course_id'>,
): Promise<{ id: string; title: string }[]> {
  const { rows } = await sql<{ id: string; title: string }>`
    select id, title from nodes where course_id = ${course_id}
      and (strpos(data::text, ${id}) > 0 or strpos(content::text, ${id}) > 0)
    order by id limit ${mostNodes}`.execute(tx);
  return rows;
}

/** When a worker was last told that the material is gone; what it was writing then may come a little later. */
export async function findLastEnd(db: Db, materialId: string): Promise<Date | undefined> {
  const run = await db
    .selectFrom('runs')
    .select((eb) => eb.fn.max('finished_at').as('at'))
    .where('subject', '=', materialId)
    .where('state', '=', 'cancelled')
    .where('started_at', 'is not', null)
    .executeTakeFirst();
  return run?.at ?? undefined;
}
