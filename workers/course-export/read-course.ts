import type { Readable } from 'node:stream';
import type { Graph } from '@lectern/db/graph/graph';
import type { Store } from '@lectern/db/open';
import {
  type ExportedCourse,
  type ExportedMaterial,
  findExportedCourse,
  listExportedMaterials,
} from '@lectern/db/postgres/exported-course';

/** All of a course but the bytes of its materials. */
export type CourseContents = {
  readonly course: ExportedCourse;
  readonly graph: Graph;
  readonly materials: readonly ExportedMaterial[];
};

/** What a file is written of. */
export type CourseSource = CourseContents & {
  readonly exportedAt: Date;
  /** The bytes of a material; undefined where they are lost. */
  readonly open: (material: ExportedMaterial) => Promise<Readable | undefined>;
};

export async function readCourse(
  { postgres, documents }: Pick<Store, 'postgres' | 'documents'>,
  courseId: string,
): Promise<CourseContents | undefined> {
  const course = await findExportedCourse(postgres, courseId);
  if (course === undefined) return undefined;
  const checked = await documents.hold(courseId, (document) =>
    document.ask(postgres, { kind: 'check' }),
  );
  if (checked === undefined) return undefined;
  const materials = await listExportedMaterials(postgres, courseId);
  return { course, graph: checked.result.graph, materials };
}
