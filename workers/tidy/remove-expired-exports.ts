import type { Store } from '@lectern/db/open';
import { deleteExport, exportKeyOf, listExpiredExports } from '@lectern/db/postgres/exports';

/** First the file, then the row that leads to it. */
export async function removeExpiredExports(
  { objects, postgres }: Pick<Store, 'objects' | 'postgres'>,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<number> {
  const expired = await listExpiredExports(postgres, now);
  for (const one of expired) {
    signal.throwIfAborted();
    await objects.remove(exportKeyOf(one));
    await deleteExport(postgres, one.id);
  }
  return expired.length;
}
