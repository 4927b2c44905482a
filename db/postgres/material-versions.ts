import { sql } from 'kysely';
import { removeMaterialFiles } from '../jobs/remove.ts';
import { firstStages } from '../jobs/pipeline.ts';
import { type Author, writeAudit } from './audit.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue } from './enqueue.ts';
import { isPending } from './fetched-materials.ts';
import { beginRound } from './material-rounds.ts';
import { holdWithoutWork } from './material-work.ts';
import type { Material } from './materials.ts';
import { listTaken, showSidecars } from './sidecars.ts';
import { type Quotas, requireRoom } from './storage-use.ts';
import type { MaterialKind } from './tables.ts';
import { beginWatchingAnew } from './watching.ts';

/** A file that a material had before. */
export type MaterialVersion = {
  /** From 1 on. */
  readonly number: number;
  readonly file_name: string;
  readonly media_type: string;
  readonly size_bytes: number;
  readonly sha256: string;
  readonly object_key: string;
  readonly replaced_by: string | null;
  readonly replaced_at: Date;
};

const columns = [
  'number',
  'file_name',
  'media_type',
  'size_bytes',
  'sha256',
  'object_key',
  'replaced_by',
  'replaced_at',
] as const;

/** Oldest first. */
export function listMaterialVersions(db: Db, materialId: string): Promise<MaterialVersion[]> {
  return db
    .selectFrom('material_versions')
    .select(columns)
    .where('material_id', '=', materialId)
    .orderBy('number')
    .execute();
}

export type VersionFile = Pick<
  MaterialVersion,
  'file_name' | 'media_type' | 'size_bytes' | 'sha256' | 'object_key'
>;

/** The file that had, or has, this number, of a material in a course that is not deleted. */
export async function findVersionFile(
  db: Db,
  { materialId, number }: { readonly materialId: string; readonly number: number },
): Promise<VersionFile | undefined> {
  const { rows } = await sql<VersionFile>`
    select file_name, media_type, size_bytes, sha256, object_key from (
      select id, course_id, file_name, media_type, size_bytes, sha256, object_key,
        (select count(*) + 1 from material_versions where material_id = materials.id) as number
      from materials where sha256 not like 'pending:%'
      union all
      select material_id, course_id, file_name, media_type, size_bytes, sha256, object_key, number
      from material_versions
    ) as file
    where id = ${materialId} and number = ${number} and exists (
      select from courses where courses.id = file.course_id and deleted_at is null)`.execute(db);
  return rows[0];
}

export type NewOriginal = {
  readonly fileName: string;
  readonly mediaType: string;
  readonly kind: MaterialKind;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly objectKey: string;
};

export type Replacing = {
  readonly id: string;
  readonly file: NewOriginal;
  readonly author: Author;
  readonly quotas: Quotas;
};

/** Thrown where there is nothing to replace, so that nothing else of the transaction stays either. */
export class SameFile extends Error {
  override readonly name = 'SameFile';
}

export class TooManyVersions extends Error {
  override readonly name = 'TooManyVersions';
}

export const mostVersions = 100;

const madeOfOriginal = ['pages', 'chunks', 'scans', 'captions', 'speech_pieces'] as const;

const replaced = { code: 'material_replaced', message: 'The file was replaced by another.' };

/**
 * Gives a material another file. What was read from the one before goes at once: it would be cited from
 * places that the new one does not have. False where the material is gone.
 */
export async function replaceOriginal(
  tx: Transaction,
  { id, file, author, quotas }: Replacing,
): Promise<boolean> {
  const before = await holdWithoutWork(tx, id, replaced);
  if (before === undefined) return false;
  if (before.sha256 === file.sha256) throw new SameFile();
  if (!isPending(before)) await keepVersion(tx, before, author);
  const taken = await listTaken(tx, id);
  await removeVideo(tx, id);
  await beginWatchingAnew(tx, id);
  for (const table of madeOfOriginal) {
    await tx.deleteFrom(table).where('material_id', '=', id).execute();
  }
  await showSidecars(tx, taken, { owner: author.userId, request_id: author.requestId });
  await setOriginal(tx, id, file);
  const whose = { courseId: before.course_id, ownerId: before.owner_id };
  await requireRoom(tx, whose, { quotas, sizeBytes: file.sizeBytes });
  const jobs = firstStages(file.kind).map(({ job }) => job);
  await beginRound(tx, { materialId: id, jobs }, author);
  const files = { courseId: before.course_id, materialId: id };
  const { requestId } = author;
  await enqueue(tx, removeMaterialFiles, files, requestId === null ? {} : { requestId });
  await writeAudit(tx, author, {
    action: 'material.replace',
    subject: { type: 'material', id },
    before: { sha256: before.sha256, sizeBytes: before.size_bytes },
    after: { sha256: file.sha256, sizeBytes: file.sizeBytes },
  });
  return true;
}

async function keepVersion(tx: Transaction, before: Material, author: Author): Promise<void> {
  const { count } = await tx
    .selectFrom('material_versions')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('material_id', '=', before.id)
    .executeTakeFirstOrThrow();
  if (count >= mostVersions) throw new TooManyVersions();
  await tx
    .insertInto('material_versions')
    .values({
      material_id: before.id,
      number: count + 1,
      course_id: before.course_id,
      owner_id: before.owner_id,
      file_name: before.file_name,
      media_type: before.media_type,
      size_bytes: before.size_bytes,
      sha256: before.sha256,
      object_key: before.object_key,
      replaced_by: author.userId,
    })
    .execute();
}

/** The rounds go on counting: what was streamed is kept by browsers under the address of its round. */
async function removeVideo(tx: Transaction, materialId: string): Promise<void> {
  await sql`
    with removed as (delete from videos where material_id = ${materialId} returning round)
    update materials set video_rounds = removed.round from removed where id = ${materialId}`.execute(
    tx,
  );
}

async function setOriginal(tx: Transaction, id: string, file: NewOriginal): Promise<void> {
  await sql`
    update materials set file_name = ${file.fileName}, media_type = ${file.mediaType},
      kind = ${file.kind}, size_bytes = ${file.sizeBytes}, sha256 = ${file.sha256},
      object_key = ${file.objectKey}, language = null, analysis = null, title = null,
      author = null, page_count = null, duration_ms = null, source_url = null, fetched_at = null
    where id = ${id}`.execute(tx);
}
