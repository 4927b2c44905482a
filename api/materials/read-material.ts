import type { Viewer } from '@lectern/db/access/viewer';
import type { Db } from '@lectern/db/postgres/connect';
import { findMaterial, type Material } from '@lectern/db/postgres/materials';
import { listRunsOfSubjects } from '@lectern/db/postgres/runs';
import { describeMaterial, type MaterialDocument } from './describe-material.ts';

/** A material as it is now, for somebody who may see it. */
export async function readMaterial(
  db: Db,
  viewer: Viewer,
  id: string,
): Promise<MaterialDocument | undefined> {
  const material = await findMaterial(db, viewer, id);
  if (material === undefined) return undefined;
  const [described] = await describeMaterials(db, [material]);
  return described;
}

export async function describeMaterials(
  db: Db,
  materials: readonly Material[],
): Promise<MaterialDocument[]> {
  const runs = await listRunsOfSubjects(
    db,
    materials.map(({ id }) => id),
  );
  const bySubject = Map.groupBy(runs, ({ subject }) => subject);
  return materials.map((material) => describeMaterial(material, bySubject.get(material.id) ?? []));
}
