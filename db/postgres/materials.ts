import { sql } from 'kysely';
import { firstStages } from '../jobs/pipeline.ts';
import type { Analysis } from '../materials/analysis.ts';
import type { Viewer } from '../access/viewer.ts';
import { type Author, draftAudit } from './audit.ts';
import type { Db, Transaction } from './connect.ts';
import { isAllowed } from './courses.ts';
import { enqueue, withRun } from './enqueue.ts';
import { hasQuotas, noQuotas, requireRoom, type Room } from './storage-use.ts';
import type { MaterialKind } from './tables.ts';
import { releaseRoom } from './uploads.ts';

export type Material = {
  readonly id: string;
  readonly course_id: string;
  readonly owner_id: string;
  readonly file_name: string;
  readonly media_type: string;
  readonly kind: MaterialKind;
  readonly size_bytes: number;
  readonly sha256: string;
  readonly object_key: string;
  readonly language: string | null;
  readonly analysis: Analysis | null;
  readonly title: string | null;
  readonly author: string | null;
  readonly page_count: number | null;
  /** How long it plays. */
  readonly duration_ms: number | null;
  /** Where its file was fetched from. */
  readonly source_url: string | null;
  readonly created_at: Date;
};

export type NewMaterial = Omit<
  Material,
  | 'language'
  | 'analysis'
  | 'title'
  | 'author'
  | 'page_count'
  | 'duration_ms'
  | 'source_url'
  | 'created_at'
>;

export const materialColumns = [
  'materials.id',
  'materials.course_id',
  'materials.owner_id',
  'materials.file_name',
  'materials.media_type',
  'materials.kind',
  'materials.size_bytes',
  'materials.sha256',
  'materials.object_key',
  'materials.language',
  'materials.analysis',
  'materials.title',
  'materials.author',
  'materials.page_count',
  'materials.duration_ms',
  'materials.source_url',
  'materials.created_at',
] as const;

/** Adds a material and the run of its first stage, if it can in one statement. Throws when the course has these bytes. */
export async function insertMaterial(
  db: Db,
  material: NewMaterial,
  author: Author,
  room: Room = noQuotas,
): Promise<Material> {
  const [stage, ...others] = firstStages(material.kind);
  if (stage === undefined || others.length > 0 || hasQuotas(room)) {
    const [inserted] = await insertMaterials(db, [material], author, room);
    if (inserted !== undefined) return inserted;
    throw new Error(`material ${material.id} was not inserted`);
  }
  return withRun(db, stage.job, { materialId: material.id }, metaOf(material, author))
    .with('logged', (cte) =>
      cte.insertInto('audit_log').values(auditOf(material, author)).returning('id'),
    )
    .insertInto('materials')
    .values(material)
    .returning(materialColumns)
    .executeTakeFirstOrThrow();
}

/** Adds all of them with their runs, or none. Throws when the course has the bytes of one. */
export function insertMaterials(
  db: Db,
  materials: readonly NewMaterial[],
  author: Author,
  room: Room = noQuotas,
): Promise<Material[]> {
  return db.transaction().execute((tx) => addMaterials(tx, materials, author, room));
}

/** The same for materials of one person in one course, together with what made them. */
export async function addMaterials(
  tx: Transaction,
  materials: readonly NewMaterial[],
  author: Author,
  room: Room,
): Promise<Material[]> {
  if (room.fromUpload !== undefined) await releaseRoom(tx, room.fromUpload);
  // Two uploads of the same files in another order would wait for each other's rows.
  const rows = materials.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  const inserted = await tx
    .insertInto('materials')
    .values(rows)
    .returning(materialColumns)
    .execute();
  const [one] = rows;
  if (one !== undefined) {
    const whose = { courseId: one.course_id, ownerId: one.owner_id };
    const sizeBytes = rows.reduce((sum, row) => sum + row.size_bytes, 0);
    await requireRoom(tx, whose, { quotas: room, sizeBytes });
  }
  await tx
    .insertInto('audit_log')
    .values(rows.map((material) => auditOf(material, author)))
    .execute();
  for (const material of materials) {
    for (const { job } of firstStages(material.kind)) {
      await enqueue(tx, job, { materialId: material.id }, metaOf(material, author));
    }
  }
  return inserted;
}

function metaOf(material: NewMaterial, { requestId }: Author) {
  const request = requestId === null ? {} : { requestId };
  return { subject: material.id, owner: material.owner_id, ...request };
}

function auditOf({ id, course_id: courseId, sha256, size_bytes }: NewMaterial, author: Author) {
  return draftAudit(author, {
    action: 'material.add',
    subject: { type: 'material', id },
    after: { courseId, sha256, sizeBytes: size_bytes },
  });
}

/** Whether the insert failed because the course has a material with the same bytes. */
export function isDuplicate(error: unknown): boolean {
  return hasState(error, '23505');
}

/** Whether the insert failed because the course was deleted meanwhile. */
export function isCourseGone(error: unknown): boolean {
  return hasState(error, '23503');
}

function hasState(error: unknown, state: string): boolean {
  return error instanceof Error && 'code' in error && error.code === state;
}

export function listMaterialsByHash(
  db: Db,
  courseId: string,
  hashes: readonly string[],
): Promise<Material[]> {
  return db
    .selectFrom('materials')
    .select(materialColumns)
    .where('course_id', '=', courseId)
    .where(sql<boolean>`sha256 = any(${hashes}::text[])`)
    .execute();
}

export function findMaterial(db: Db, viewer: Viewer, id: string): Promise<Material | undefined> {
  return db
    .selectFrom('materials')
    .innerJoin('courses', 'courses.id', 'materials.course_id')
    .select(materialColumns)
    .where('materials.id', '=', id)
    .where(isAllowed(viewer, 'material.read'))
    .executeTakeFirst();
}

export type MaterialFilter = {
  readonly courseId: string;
  /** Materials that are older than this one. */
  readonly after?: string | undefined;
  readonly limit: number;
  readonly kind?: MaterialKind | undefined;
  readonly ids?: readonly string[] | undefined;
};

/** Newest first. */
export function listMaterials(
  db: Db,
  viewer: Viewer,
  { courseId, after, limit, kind, ids }: MaterialFilter,
): Promise<Material[]> {
  return db
    .selectFrom('materials')
    .innerJoin('courses', 'courses.id', 'materials.course_id')
    .select(materialColumns)
    .where('materials.course_id', '=', courseId)
    .where(isAllowed(viewer, 'material.read'))
    .$if(after !== undefined, (query) => query.where('materials.id', '<', after ?? ''))
    .$if(ids !== undefined, (query) =>
      query.where(sql<boolean>`materials.id = any(${ids ?? []}::uuid[])`),
    )
    .$if(kind !== undefined, (query) => query.where('materials.kind', '=', kind ?? 'text'))
    .orderBy('materials.id', 'desc')
    .limit(limit)
    .execute();
}
