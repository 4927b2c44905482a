import type { Db } from './connect.ts';
import { deriveId } from './derive-id.ts';
import type { NewMaterial } from './materials.ts';

/** A file of a course that a copy of the course is to have. */
export type FileToCopy = {
  readonly fromId: string;
  readonly fromKey: string;
  readonly material: NewMaterial;
};

/** What a material is called in a copy of its course, from the first moment of the copy on. */
export function copiedMaterialId(courseId: string, materialId: string): string {
  return deriveId(courseId, `material ${materialId}`);
}

/** New ids by old ones. */
export async function nameCopiedMaterials(
  db: Db,
  { courseId, fromCourseId }: { readonly courseId: string; readonly fromCourseId: string },
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('materials')
    .select('id')
    .where('course_id', '=', fromCourseId)
    .execute();
  return new Map(rows.map(({ id }) => [id, copiedMaterialId(courseId, id)]));
}

/** Those that the copy does not have yet, neither by this name nor by their bytes. */
export async function listFilesToCopy(
  db: Db,
  { courseId, fromCourseId }: { readonly courseId: string; readonly fromCourseId: string },
): Promise<FileToCopy[]> {
  const rows = await db
    .selectFrom('materials as original')
    .innerJoin('courses as copy', (join) => join.on('copy.id', '=', courseId))
    .select([
      'original.id',
      'original.file_name',
      'original.media_type',
      'original.kind',
      'original.size_bytes',
      'original.sha256',
      'original.object_key',
      'copy.owner_id',
    ])
    .where('original.course_id', '=', fromCourseId)
    // One that is being fetched has no file yet.
    .where('original.sha256', 'not like', 'pending:%')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('materials')
            .select('materials.id')
            .where('materials.course_id', '=', courseId)
            .whereRef('materials.sha256', '=', 'original.sha256'),
        ),
      ),
    )
    .orderBy('original.id')
    .execute();
  return rows.map(({ id: fromId, object_key: fromKey, ...row }) => {
    const id = copiedMaterialId(courseId, fromId);
    const object_key = fromKey.replace(/^materials\/[^/]+\/[^/]+/, `materials/${courseId}/${id}`);
    return { fromId, fromKey, material: { ...row, id, course_id: courseId, object_key } };
  });
}
