import { sql } from 'kysely';
import type { Db, Transaction } from './connect.ts';
import { type Quotas, requireRoom } from './storage-use.ts';

/** A file that arrives in several requests. */
export type ResumableUpload = {
  readonly id: string;
  readonly course_id: string;
  readonly file_name: string;
  readonly metadata: string;
  readonly size_bytes: number;
  readonly offset_bytes: number;
  readonly material_id: string | null;
  readonly touched_at: Date;
};

const columns = [
  'id',
  'course_id',
  'file_name',
  'metadata',
  'size_bytes',
  'offset_bytes',
  'material_id',
  'touched_at',
] as const;

export const uploadsFolder = 'temp/uploads';

/** How long an upload that nobody goes on with is kept. */
export const uploadKeptMs = 24 * 3_600_000;

export type NewUpload = {
  readonly id: string;
  readonly courseId: string;
  readonly ownerId: string;
  readonly fileName: string;
  /** As the client gave it. */
  readonly metadata: string;
  readonly sizeBytes: number;
};

/** Throws `QuotaExceeded` where the file would not fit; from now on there is room for it. */
export async function insertUpload(
  tx: Transaction,
  upload: NewUpload,
  quotas: Quotas,
): Promise<void> {
  const { sizeBytes } = upload;
  await tx
    .insertInto('uploads')
    .values({
      id: upload.id,
      course_id: upload.courseId,
      owner_id: upload.ownerId,
      file_name: upload.fileName,
      metadata: upload.metadata,
      size_bytes: sizeBytes,
      reserved_bytes: sizeBytes,
    })
    .execute();
  await requireRoom(tx, upload, { quotas, sizeBytes });
}

export async function releaseRoom(tx: Transaction, id: string): Promise<void> {
  await tx.updateTable('uploads').set({ reserved_bytes: 0 }).where('id', '=', id).execute();
}

type Owned = { readonly id: string; readonly ownerId: string };

export function findUpload(db: Db, { id, ownerId }: Owned): Promise<ResumableUpload | undefined> {
  return db
    .selectFrom('uploads')
    .select(columns)
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst();
}

/** How many uploads of the person are under way. */
export async function countOpenUploads(db: Db, ownerId: string): Promise<number> {
  const { count } = await db
    .selectFrom('uploads')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('owner_id', '=', ownerId)
    .where('material_id', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Takes the upload over from whichever request writes to it; undefined when it is gone. */
export async function takeUpload(db: Db, id: string): Promise<number | undefined> {
  const taken = await db
    .updateTable('uploads')
    .set({ fence: sql<number>`fence + 1` })
    .where('id', '=', id)
    .returning('fence')
    .executeTakeFirst();
  return taken?.fence;
}

export type UploadPart = {
  readonly start_bytes: number;
  readonly size_bytes: number;
  readonly object_key: string;
};

export type PartsToAdd = {
  readonly id: string;
  readonly fence: number;
  readonly parts: readonly UploadPart[];
};

/** Makes parts count, in one statement. False, with nothing done, when another request has the upload. */
export async function addUploadParts(db: Db, { id, fence, parts }: PartsToAdd): Promise<boolean> {
  const sizeBytes = parts.reduce((sum, part) => sum + part.size_bytes, 0);
  const { numAffectedRows = 0n } = await sql`
    with mine as (
      update uploads set offset_bytes = offset_bytes + ${sizeBytes}, touched_at = now()
      where id = ${id} and fence = ${fence} and offset_bytes = ${parts[0]?.start_bytes ?? 0}
      returning id
    )
    insert into upload_parts (upload_id, start_bytes, size_bytes, object_key)
    select mine.id, part.* from mine, unnest(
      ${parts.map(({ start_bytes: start }) => start)}::bigint[],
      ${parts.map(({ size_bytes: size }) => size)}::bigint[],
      ${parts.map(({ object_key: key }) => key)}::text[]
    ) as part`.execute(db);
  return Number(numAffectedRows) === parts.length;
}

/** In their order. */
export function listUploadParts(db: Db, id: string): Promise<UploadPart[]> {
  return db
    .selectFrom('upload_parts')
    .select(['start_bytes', 'size_bytes', 'object_key'])
    .where('upload_id', '=', id)
    .orderBy('start_bytes')
    .execute();
}

/** The row stays for a while, for clients that did not hear of it. */
export async function finishUpload(
  db: Db,
  { id, materialId }: { readonly id: string; readonly materialId: string },
): Promise<void> {
  await sql`
    with gone as (delete from upload_parts where upload_id = ${id})
    update uploads set material_id = ${materialId}, reserved_bytes = 0, touched_at = now() where id = ${id}`.execute(
    db,
  );
}

export async function deleteUpload(db: Db, id: string): Promise<void> {
  await db.deleteFrom('uploads').where('id', '=', id).execute();
}

/** Their parts, then without a row, go with the other stray files. */
export async function deleteAbandonedUploads(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('uploads')
    .where('touched_at', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Which of these uploads there are. Compared as text: a folder name may be anything. */
export async function listKnownUploads(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id::text from uploads where id::text = any(${ids}::text[])`.execute(db);
  return new Set(rows.map(({ id }) => id));
}
