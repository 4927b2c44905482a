import type { Store } from '@lectern/db/open';
import { replaceChunks } from '@lectern/db/postgres/chunks';
import { replacePages } from '@lectern/db/postgres/pages';
import { addUpload } from './add-account.ts';

export type Indexed = {
  readonly courseId: string;
  readonly ownerId: string;
  /** What was read of it. */
  readonly text: string;
  /** What search finds of it. */
  readonly indexedAs: string;
};

/** A material that was read, with an index that says something else. Gives its id. */
export async function addIndexed(
  store: Store,
  { courseId, ownerId, text, indexedAs }: Indexed,
): Promise<string> {
  const { id } = await addUpload(store, { courseId, ownerId });
  const chunk = { text: indexedAs, place: {}, language: 'english' } as const;
  await store.postgres.transaction().execute(async (tx) => {
    await replacePages(tx, id, [{ number: 1_000, text, place: {} }]);
    await replaceChunks(tx, { id, courseId }, [chunk]);
  });
  return id;
}

export function listChunks(store: Store, courseId: string) {
  return store.postgres
    .selectFrom('chunks')
    .select(['id', 'material_id', 'node_id', 'text'])
    .where('course_id', '=', courseId)
    .orderBy('material_id')
    .orderBy('number')
    .execute();
}
