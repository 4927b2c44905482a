import { fetchMaterial } from '../jobs/fetch.ts';
import { firstStages } from '../jobs/pipeline.ts';
import { type Author, draftAudit } from './audit.ts';
import type { Db, Transaction } from './connect.ts';
import { enqueue, withRun } from './enqueue.ts';
import { type Material, materialColumns } from './materials.ts';
import { type Quotas, requireRoom } from './storage-use.ts';
import type { MaterialKind } from './tables.ts';

/** What stands in place of a hash until the file is there; no hash begins so, and no two are the same. */
const pendingMark = 'pending:';

/** Whether the file of a material is still on its way from the address that was given for it. */
export function isPending({ sha256 }: Pick<Material, 'sha256'>): boolean {
  return sha256.startsWith(pendingMark);
}

export type Wanted = {
  readonly id: string;
  readonly courseId: string;
  readonly ownerId: string;
  readonly url: string;
  readonly fileName: string;
  /** What it seems to be, by its address. */
  readonly kind: MaterialKind;
};

/** A material whose file is to be fetched, with the run that does it. */
export function insertWanted(db: Db, wanted: Wanted, author: Author): Promise<Material> {
  const { id, courseId, ownerId, url, fileName, kind } = wanted;
  const meta = {
    subject: id,
    owner: ownerId,
    ...(author.requestId !== null && { requestId: author.requestId }),
  };
  return withRun(db, fetchMaterial, { materialId: id }, meta)
    .with('logged', (cte) =>
      cte
        .insertInto('audit_log')
        .values(
          draftAudit(author, {
            action: 'material.add',
            subject: { type: 'material', id },
            after: { courseId, host: URL.parse(url)?.host ?? '' },
          }),
        )
        .returning('id'),
    )
    .insertInto('materials')
    .values({
      id,
      course_id: courseId,
      owner_id: ownerId,
      file_name: fileName,
      media_type: 'application/octet-stream',
      kind,
      size_bytes: 0,
      sha256: `${pendingMark}${id}`,
      object_key: `materials/${courseId}/${id}/original`,
      source_url: url,
    })
    .returning(materialColumns)
    .executeTakeFirstOrThrow();
}

export type WantedFile = {
  readonly id: string;
  readonly course_id: string;
  readonly owner_id: string;
  readonly source_url: string | null;
  readonly sha256: string;
};

export function findWanted(db: Db, materialId: string): Promise<WantedFile | undefined> {
  return db
    .selectFrom('materials')
    .select(['id', 'course_id', 'owner_id', 'source_url', 'sha256'])
    .where('id', '=', materialId)
    .executeTakeFirst();
}

export type FetchedFile = {
  readonly fileName: string;
  readonly mediaType: string;
  readonly kind: MaterialKind;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly objectKey: string;
};

/** The file is there: its first stages come next. */
export async function setFetched(
  tx: Transaction,
  { id, owner_id, course_id }: Pick<WantedFile, 'id' | 'owner_id' | 'course_id'>,
  { file, quotas }: { readonly file: FetchedFile; readonly quotas: Quotas },
): Promise<void> {
  await tx
    .updateTable('materials')
    .set({
      file_name: file.fileName,
      media_type: file.mediaType,
      kind: file.kind,
      size_bytes: file.sizeBytes,
      sha256: file.sha256,
      object_key: file.objectKey,
      fetched_at: new Date(),
    })
    .where('id', '=', id)
    .execute();
  const whose = { courseId: course_id, ownerId: owner_id };
  await requireRoom(tx, whose, { quotas, sizeBytes: file.sizeBytes });
  for (const { job } of firstStages(file.kind)) {
    await enqueue(tx, job, { materialId: id }, { subject: id, owner: owner_id });
  }
}
