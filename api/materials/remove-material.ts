import { tellOfMaterial } from '@lectern/db/bus/tell-of-material';
import type { Store } from '@lectern/db/open';
import type { Author } from '@lectern/db/postgres/audit';
import { folderOf, removeMaterial } from '@lectern/db/postgres/material-removal';
import type { Material } from '@lectern/db/postgres/materials';
import { type Static, Type } from 'typebox';
import { notFound } from '../problems/problem.ts';
import { Id, Instant } from '../routes/shapes.ts';

export const RemovalReceipt = Type.Object({
  id: Id,
  courseId: Id,
  fileName: Type.String(),
  deletedAt: Instant,
  rows: Type.Integer({ description: 'in the database, of all kinds' }),
  pages: Type.Optional(Type.Integer({ description: 'or slides that it had' })),
  pieces: Type.Integer({ description: 'of its text' }),
  chunks: Type.Integer({ description: 'that search found' }),
  points: Type.Integer({ description: 'vectors' }),
  objects: Type.Integer({ description: 'files: the original and what was made of it' }),
  bytes: Type.Integer({ description: 'of these files' }),
  nodes: Type.Array(Type.Object({ id: Type.String(), title: Type.String() }), {
    description: 'of the course that still speak of it; the first hundred',
  }),
});
export type RemovalReceipt = Static<typeof RemovalReceipt>;

/** Removes a material for everybody at once; its files follow. Gives what exactly went. */
export async function removeWithReceipt(
  { postgres, objects, bus }: Pick<Store, 'postgres' | 'objects' | 'bus'>,
  material: Pick<Material, 'id' | 'course_id'>,
  author: Author,
): Promise<RemovalReceipt> {
  const stored = { objects: 0, bytes: 0 };
  for await (const { sizeBytes } of objects.list(folderOf(material))) {
    stored.objects++;
    stored.bytes += sizeBytes;
  }
  const { id, course_id: courseId } = material;
  const removed = await postgres
    .transaction()
    .execute((tx) => removeMaterial(tx, { id, stored }, author));
  if (removed === undefined) throw notFound('material');
  tellOfMaterial(bus, { id, courseId, event: 'material.deleted' });
  const { rows, pieces, chunks, nodes } = removed;
  const { page_count: pages } = removed.material;
  return {
    id,
    courseId,
    fileName: removed.material.file_name,
    deletedAt: removed.deletedAt.toISOString(),
    rows,
    ...(pages !== null && { pages }),
    pieces,
    chunks,
    // There are no vectors yet.
    points: 0,
    ...stored,
    nodes: [...nodes],
  };
}
