import type { Store } from '../open.ts';

type Place = { readonly id: string; readonly courseId: string; readonly ownerId: string };

/** The row of a text of five bytes; gives the key under which its file is to lie. */
export async function insertTextMaterial(
  { postgres }: Pick<Store, 'postgres'>,
  { id, courseId, ownerId }: Place,
): Promise<string> {
  const key = `materials/${courseId}/${id}/original.txt`;
  await postgres
    .insertInto('materials')
    .values({
      id,
      course_id: courseId,
      owner_id: ownerId,
      file_name: 'a.txt',
      media_type: 'text/plain',
      kind: 'text',
      size_bytes: 5,
      sha256: id,
      object_key: key,
      language: null,
    })
    .execute();
  return key;
}
