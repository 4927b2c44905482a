import type { Store } from '@lectern/db/open';
import { deleteCourseExport, listExpiredCourseExports } from '@lectern/db/postgres/course-exports';

/** First the file, then the row that leads to it. */
export async function removeExpiredCourseExports(
  { objects, postgres }: Pick<Store, 'objects' | 'postgres'>,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<number> {
  const expired = await listExpiredCourseExports(postgres, now);
  for (const { id, object_key: key } of expired) {
    signal.throwIfAborted();
    if (key !== null) await objects.remove(key);
    await deleteCourseExport(postgres, id);
  }
  return expired.length;
}
