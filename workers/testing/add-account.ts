import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Store } from '@lectern/db/open';
import { newId } from '@lectern/db/postgres/new-id';
import type { CourseRole, MaterialKind } from '@lectern/db/postgres/tables';
import { addWatching } from '@lectern/db/postgres/watching';

/** An account without a login. */
export async function addPerson(store: Store, name = 'Someone') {
  const id = newId();
  const email = `${id.slice(-8)}.person@example.org`;
  await store.postgres
    .insertInto('users')
    .values({ id, email, name, password_hash: `$argon2id$${id}`, role: 'user' })
    .execute();
  return { id, email };
}

/** A course and its members; the first of its owners is whose it counts as. */
export async function addCourse(
  store: Store,
  members: readonly { readonly id: string; readonly role: CourseRole }[],
  title = 'Course',
): Promise<string> {
  const courseId = newId();
  const owner = members.find(({ role }) => role === 'owner');
  if (owner === undefined) throw new Error('a course has an owner');
  await store.postgres
    .insertInto('courses')
    .values({ id: courseId, owner_id: owner.id, title, level: null })
    .execute();
  for (const [i, { id, role }] of members.entries()) {
    const createdAt = new Date(Date.UTC(2026, 0, 1 + i));
    await store.postgres
      .insertInto('course_members')
      .values({ course_id: courseId, user_id: id, role, created_at: createdAt })
      .execute();
  }
  return courseId;
}

/** A thread on a node of a course, or a reply. */
export async function addComment(
  store: Store,
  comment: {
    readonly courseId: string;
    readonly authorId: string;
    readonly body: string;
    readonly parentId?: string;
    readonly mentions?: string[];
    readonly resolvedBy?: string;
  },
): Promise<string> {
  const { courseId, authorId, body, parentId = null, mentions = [], resolvedBy } = comment;
  const id = newId();
  await store.postgres
    .insertInto('comments')
    .values({
      id,
      course_id: courseId,
      parent_id: parentId,
      target_kind: 'node',
      target_id: 'node-1',
      author_id: authorId,
      body,
      mentions,
      ...(resolvedBy !== undefined && { resolved_by: resolvedBy, resolved_at: new Date() }),
    })
    .execute();
  return id;
}

/** The file that a material had before, as a route keeps it. */
export async function addVersion(
  store: Store,
  {
    id,
    courseId,
    ownerId,
  }: { readonly id: string; readonly courseId: string; readonly ownerId: string },
  bytes = Buffer.from(newId()),
): Promise<Buffer> {
  const object_key = `materials/${courseId}/${id}/${newId()}/original.txt`;
  await store.objects.write(object_key, Readable.from([bytes]));
  await store.postgres
    .insertInto('material_versions')
    .values({
      material_id: id,
      number: 1,
      course_id: courseId,
      owner_id: ownerId,
      file_name: 'draft.txt',
      media_type: 'text/plain',
      size_bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      object_key,
      replaced_by: ownerId,
    })
    .execute();
  return bytes;
}

/** What somebody has seen of a video of ten seconds. */
export async function addWatched(
  { postgres }: Pick<Store, 'postgres'>,
  userId: string,
  materialId: string,
): Promise<void> {
  const watched = { durationS: 10, positionS: 6, intervals: [[1, 6]] as const, at: new Date() };
  await postgres.transaction().execute((tx) => addWatching(tx, { userId, materialId }, watched));
}

export type NewUpload = {
  readonly courseId: string;
  readonly ownerId: string;
  readonly fileName?: string;
  readonly mediaType?: string;
  readonly kind?: MaterialKind;
  readonly bytes?: Buffer;
};

/** A material with its file, and one more that was made of it. */
export async function addUpload(
  store: Store,
  {
    courseId,
    ownerId,
    fileName = 'notes.txt',
    mediaType = 'text/plain',
    kind = 'text',
    bytes = Buffer.from(newId()),
  }: NewUpload,
) {
  const id = newId();
  const folder = `materials/${courseId}/${id}`;
  const key = `${folder}/original.txt`;
  await store.objects.write(key, Readable.from([bytes]));
  await store.objects.write(`${folder}/processed.txt`, Readable.from([bytes]));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await store.postgres
    .insertInto('materials')
    .values({
      id,
      course_id: courseId,
      owner_id: ownerId,
      file_name: fileName,
      media_type: mediaType,
      kind,
      size_bytes: bytes.length,
      sha256,
      object_key: key,
      language: null,
    })
    .execute();
  return { id, key, bytes, sha256 };
}
