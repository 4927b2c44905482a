import type { Store } from '@lectern/db/open';
import { loadDocument } from '@lectern/db/postgres/documents';
import * as Y from 'yjs';

/** A course's document as the rows alone have it, which is what outlives every process. */
export async function readDocument(
  { postgres }: Pick<Store, 'postgres'>,
  courseId: string,
): Promise<Y.Doc> {
  const doc = new Y.Doc();
  const loaded = await loadDocument(postgres, courseId, -1);
  if (loaded?.state === undefined) throw new Error(`course ${courseId} has no document`);
  Y.applyUpdate(doc, loaded.state);
  for (const { data } of loaded.updates) Y.applyUpdate(doc, data);
  return doc;
}
