import type { Store } from '@lectern/db/open';
import { listKnownMaterials } from '@lectern/db/postgres/tidy';

const batch = 500;

/**
 * Removes files of materials that have no row: what an upload left whose process ended between the
 * file and the row. Young files are left alone, their row may be on its way.
 */
export async function removeStrayObjects(
  { objects, postgres }: Pick<Store, 'objects' | 'postgres'>,
  olderThan: Date,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  let candidates: { key: string; materialId: string }[] = [];
  const removeUnknown = async () => {
    const ids = new Set(candidates.map(({ materialId }) => materialId));
    const known = await listKnownMaterials(postgres, [...ids]);
    for (const { key, materialId } of candidates) {
      if (known.has(materialId)) continue;
      await objects.remove(key);
      removed++;
    }
    candidates = [];
  };
  for await (const { key, modifiedAt } of objects.list('materials/')) {
    signal.throwIfAborted();
    const materialId = key.split('/')[2];
    if (materialId === undefined || modifiedAt >= olderThan) continue;
    candidates.push({ key, materialId });
    if (candidates.length >= batch) await removeUnknown();
  }
  await removeUnknown();
  return removed;
}
