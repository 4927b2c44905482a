import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Store } from '@lectern/db/open';
import { newId } from '@lectern/db/postgres/new-id';
import type { MaterialKind } from '@lectern/db/postgres/tables';
import { logInAs } from '@lectern/db/testing/log-in-as';

export type AddedMaterial = {
  readonly id: string;
  readonly courseId: string;
  readonly ownerId: string;
  readonly key: string;
};

/** A course with one material, its file stored and no job enqueued. */
export async function addMaterial(
  store: Store,
  {
    bytes,
    mediaType = 'text/plain',
    kind = 'text',
  }: { bytes: Buffer; mediaType?: string; kind?: MaterialKind },
): Promise<AddedMaterial> {
  const { userId } = await logInAs(store, 'user');
  const [id, courseId] = [newId(), newId()];
  const key = `materials/${courseId}/${id}/original.${kind === 'text' ? 'txt' : 'bin'}`;
  await store.objects.write(key, Readable.from([bytes]));
  await store.postgres
    .insertInto('courses')
    .values({ id: courseId, owner_id: userId, title: 'Course', level: null })
    .execute();
  await store.postgres
    .insertInto('course_members')
    .values({ course_id: courseId, user_id: userId, role: 'owner' })
    .execute();
  await store.postgres
    .insertInto('materials')
    .values({
      id,
      course_id: courseId,
      owner_id: userId,
      file_name: 'notes.txt',
      media_type: mediaType,
      kind,
      size_bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      object_key: key,
      language: null,
    })
    .execute();
  return { id, courseId, ownerId: userId, key };
}
