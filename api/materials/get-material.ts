import type { CoursePermission } from '@lectern/db/access/permissions';
import type { Viewer } from '@lectern/db/access/viewer';
import type { Db } from '@lectern/db/postgres/connect';
import { findMaterial, type Material } from '@lectern/db/postgres/materials';
import { getCourse } from '../access/get-course.ts';
import { notFound } from '../problems/problem.ts';

/** The material, for somebody who may do this in its course: not found for those who may not see it. */
export async function getMaterial(
  db: Db,
  viewer: Viewer,
  { id, permission }: { readonly id: string; readonly permission: CoursePermission },
): Promise<Material> {
  const material = await findMaterial(db, viewer, id);
  if (material === undefined) throw notFound('material');
  await getCourse(db, viewer, { id: material.course_id, permission });
  return material;
}
